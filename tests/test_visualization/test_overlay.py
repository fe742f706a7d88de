"""Tests of points on images."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.nuscenes_classes import PALETTE
from mmcrossdistill.structures import Correspondence
from mmcrossdistill.visualization.overlay import colour_depth, draw_pairs, draw_points


def make_results(**kwargs: torch.Tensor) -> dict[str, Any]:
    """Two black views; a near and a far point on the same pixel of the first."""
    corr = Correspondence(
        torch.tensor([0, 1, 2]), torch.tensor([0, 0, 1]),
        torch.tensor([[5.5, 2.5], [5.9, 2.1], [1.0, 3.0]]),
        depth=torch.tensor([2.0, 50.0, 9.0]), **kwargs)
    return dict(corr=corr, imgs=[np.zeros((6, 10, 3), np.uint8) for _ in range(2)])


def test_depth_colours_run_from_red_to_blue() -> None:
    near, middle, far = colour_depth(np.array([0.5, 8.0, 900.0])).astype(int)
    assert near[0] > near[2] and far[2] > far[0]
    assert middle[1] > max(near[1], far[1])
    assert colour_depth(np.zeros(0)).shape == (0, 3)


def test_points_colour_their_pixels_and_leave_the_input() -> None:
    image = np.zeros((6, 10, 3), np.uint8)
    drawn = draw_points(image, np.array([[9.9, 0.2]]), np.array([[1, 2, 3]], np.uint8), radius=0)
    assert drawn[0, 9].tolist() == [1, 2, 3]
    assert (drawn > 0).any(axis=2).sum() == 1 and not image.any()


def test_near_points_cover_far_ones() -> None:
    first, second = draw_pairs(make_results(), radius=0)
    assert first[2, 5].tolist() == colour_depth(np.array([2.0]))[0].tolist()
    assert second[3, 1].tolist() == colour_depth(np.array([9.0]))[0].tolist()
    assert (second > 0).any(axis=2).sum() == 1


def test_labels_take_the_palette_and_views_can_grow() -> None:
    results = make_results(label=torch.tensor([3, 255, 15]))
    first, second = draw_pairs(results, 'label', scale=2.0, radius=0)
    assert first.shape == (12, 20, 3)
    assert first[5, 11].tolist() == list(PALETTE[3])
    assert second[6, 2].tolist() == list(PALETTE[15])


@pytest.mark.parametrize('colour_by', ['label', 'intensity'])
def test_missing_values_are_named(colour_by: str) -> None:
    with pytest.raises(ValueError, match=colour_by):
        draw_pairs(make_results(), colour_by)
