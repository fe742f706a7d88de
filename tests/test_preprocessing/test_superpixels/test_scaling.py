"""Tests of reduced sizes."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.preprocessing.superpixels.scaling import (
    boundaries,
    boundary_recall,
    run_reduced,
)


def _halves(column: int) -> np.ndarray:
    return (np.arange(40) >= column)[None].repeat(30, 0).astype(int)


def test_boundaries_lie_before_the_change() -> None:
    assert np.flatnonzero(boundaries(_halves(10)).any(axis=0)).tolist() == [9]
    assert np.flatnonzero(boundaries(_halves(10).T).any(axis=1)).tolist() == [9]


def test_recall_by_distance() -> None:
    assert boundary_recall(_halves(10), _halves(12), tolerance=2) == 1
    assert boundary_recall(_halves(10), _halves(13), tolerance=2) == 0
    both = _halves(10) + _halves(30)
    assert boundary_recall(both, _halves(10)) == 0.5
    assert boundary_recall(_halves(10), both) == 1
    assert boundary_recall(_halves(0), both) == 1 and boundary_recall(both, _halves(0)) == 0


@pytest.mark.parametrize('max_side,expected', [(None, (30, 40)), (40, (30, 40)), (20, (15, 20))])
def test_size_and_scale(max_side: int | None, expected: tuple[int, int]) -> None:
    seen = {}

    def segment(image: np.ndarray, scale: float) -> np.ndarray:
        seen.update(size=image.shape[:2], scale=scale)
        return np.arange(image.shape[0] * image.shape[1]).reshape(image.shape[:2]) + 60000

    regions = run_reduced(np.zeros((30, 40, 3), np.uint8), max_side, segment)
    assert seen == dict(size=expected, scale=expected[0] / 30)
    assert regions.shape == (30, 40)
    assert len(np.unique(regions)) == expected[0] * expected[1] and regions.min() == 60000
