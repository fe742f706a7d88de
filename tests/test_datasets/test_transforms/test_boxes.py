"""Boxes: what is loaded, and how they move with the scene."""
from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from mmcrossdistill.datasets.transforms import (
    CropBoxesToRange,
    LoadBoxes,
    RandomFlipPoints,
    RandomRotateZ,
    RandomScalePoints,
)


def instance(label: int = 0, points: int = 3, **changes: Any) -> dict[str, Any]:
    """A box of the infos."""
    return dict(
        bbox_3d=[1.0, 2.0, 0.5, 4.0, 2.0, 1.5, 0.3], bbox_label_3d=label, velocity=[1.0, -1.0],
        bbox_3d_isvalid=points > 0) | changes


def corners(box: np.ndarray) -> np.ndarray:
    """The eight corners of a box, sorted by sign along length, width and height."""
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) / 2
    cos, sin = np.cos(box[6]), np.sin(box[6])
    return signs * box[3:6] @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]).T + box[:3]


def test_loads_boxes_of_known_classes_with_points() -> None:
    sample = dict(instances=[instance(), instance(-1), instance(4, 0), instance(2)])
    results = LoadBoxes()(dict(sample))
    assert results['box_labels'].tolist() == [0, 2]
    assert results['boxes'].dtype == np.float32 and results['boxes'].shape == (2, 9)
    assert results['boxes'][0].tolist() == pytest.approx([1, 2, 0.5, 4, 2, 1.5, 0.3, 1, -1])
    assert LoadBoxes(only_valid=False)(dict(sample))['box_labels'].tolist() == [0, 4, 2]


def test_a_frame_may_have_no_box() -> None:
    results = CropBoxesToRange([-1, -1, -1, 1, 1, 1])(LoadBoxes()(dict(instances=[])))
    assert results['boxes'].shape == (0, 9) and results['box_labels'].shape == (0,)
    results = RandomScalePoints()(RandomRotateZ()(results))
    assert results['boxes'].shape == (0, 9)


def test_unknown_velocity_stays_unknown() -> None:
    results = LoadBoxes()(dict(instances=[instance(velocity=[float('nan')] * 2)]))
    assert np.isnan(RandomRotateZ()(results)['boxes'][0, 7:]).all()


def test_bad_boxes_are_named() -> None:
    with pytest.raises(KeyError, match='with_instances=True'):
        LoadBoxes()(dict(token='t'))
    for wrong in ([1.0, 2.0, 0.5, 0.0, 2.0, 1.5, 0.3], [float('nan')] * 7):
        with pytest.raises(ValueError, match='sample t: bbox_3d .* is not finite or has no size'):
            LoadBoxes()(dict(token='t', instances=[instance(bbox_3d=wrong)]))


def test_range_is_seen_from_above() -> None:
    boxes = np.zeros((4, 9), np.float32)
    boxes[:, :3] = [[0, 0, 50], [5.1, 0, 0], [0, -5.1, 0], [4.9, 4.9, 0]]
    results = CropBoxesToRange([-5, -5, -1, 5, 5, 1])(
        dict(boxes=boxes, box_labels=np.arange(4)))
    assert results['box_labels'].tolist() == [0, 3]


@pytest.mark.parametrize('augment', [
    RandomRotateZ(), RandomFlipPoints(1.0), RandomScalePoints(0.3)])
def test_corners_move_as_points_do(augment: Any) -> None:
    box = np.array([[3.0, -4.0, 1.0, 4.0, 2.0, 1.5, 2.5, 1.5, -0.5]], np.float32)
    # Corners and the place after a second, as points.
    later = box[0, :3] + [*box[0, 7:], 0]
    points = np.concatenate([corners(box[0]), later[None]]).astype(np.float32)
    results = dict(points=np.pad(points, ((0, 0), (0, 1))), boxes=box.copy())
    moved = augment(copy.deepcopy(results))
    assert np.abs(moved['boxes'] - box).max() > 1e-3
    # A flip exchanges left and right corners.
    def ordered(rows: np.ndarray) -> np.ndarray:
        return rows[np.lexsort(np.round(rows, 3).T)]
    np.testing.assert_allclose(
        ordered(corners(moved['boxes'][0])), ordered(moved['points'][:-1, :3]), atol=1e-3)
    velocity = moved['points'][-1, :3] - moved['boxes'][0, :3]
    np.testing.assert_allclose(velocity[:2], moved['boxes'][0, 7:], atol=1e-3)
    assert -np.pi <= moved['boxes'][0, 6] <= np.pi
