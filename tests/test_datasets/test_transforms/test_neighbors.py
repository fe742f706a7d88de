"""Tests of FindNeighbors."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.datasets.transforms import FindNeighbors
from mmcrossdistill.datasets.transforms.neighbors import find_neighbors


@pytest.mark.parametrize('count,seed', [(17, 0), (200, 1), (1500, 2)])
def test_equals_brute_force(count: int, seed: int) -> None:
    xyz = np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)
    found = FindNeighbors(16)(dict(points=np.c_[xyz, np.zeros(count, np.float32)]))['neighbors']
    distance = np.linalg.norm(xyz[:, None].astype(np.float64) - xyz[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    expected = np.argsort(distance, axis=1)[:, :16]
    assert found.shape == (count, 16) and found.dtype == np.int64
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize('count', [0, 1, 2, 5, 17])
def test_few_points(count: int) -> None:
    xyz = np.arange(3.0 * count).reshape(count, 3) ** 1.5
    found = find_neighbors(xyz, 16)
    assert found.shape == (count, 16)
    if count > 1:
        assert not (found == np.arange(count)[:, None]).any()
        assert all(set(row) == set(range(count)) - {index} for index, row in enumerate(found))
    elif count:
        assert (found == 0).all()


def test_coincident_points_never_name_themselves() -> None:
    xyz = np.repeat(np.random.default_rng(0).normal(size=(3, 3)), 30, axis=0)
    found = find_neighbors(xyz, 16)
    assert found.shape == (90, 16)
    assert not (found == np.arange(90)[:, None]).any()
    assert (found // 30 == np.arange(90)[:, None] // 30).all()


def test_invalid_options() -> None:
    with pytest.raises(ValueError, match='num_neighbors'):
        FindNeighbors(0)
