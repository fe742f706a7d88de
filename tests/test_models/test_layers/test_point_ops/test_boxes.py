"""Points in boxes against loops over points and boxes."""
from __future__ import annotations

import math

import torch
from torch import Tensor

from mmcrossdistill.models.layers.point_ops import find_box, pool_points_in_boxes


def is_inside(point: Tensor, box: Tensor) -> bool:
    """Turn the point into the box's frame; z of the box is its bottom."""
    x, y, z, length, width, height, yaw = box.tolist()
    dx, dy, dz = point[0].item() - x, point[1].item() - y, point[2].item() - z
    along = math.cos(yaw) * dx + math.sin(yaw) * dy
    across = -math.sin(yaw) * dx + math.cos(yaw) * dy
    return abs(along) < length / 2 and abs(across) < width / 2 and 0 <= dz <= height


def some_boxes() -> Tensor:
    """Two clouds with four boxes: two that overlap, one elsewhere, one without points."""
    boxes = torch.tensor([
        [2.0, 2.0, 0.0, 3.0, 1.0, 2.0, 0.6], [2.2, 2.0, 0.5, 2.0, 2.0, 1.0, -1.1],
        [4.0, 1.0, 0.0, 1.5, 1.0, 3.0, 2.5], [90.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0]])
    return torch.stack([boxes, boxes.flip(0)])


def test_first_box_of_each_point() -> None:
    points, boxes = torch.rand(2, 200, 3) * torch.tensor([6.0, 4.0, 3.0]), some_boxes()
    expected = [[next((row for row, box in enumerate(own) if is_inside(point, box)), -1)
                 for point in cloud] for cloud, own in zip(points, boxes, strict=True)]
    assert find_box(points, boxes).tolist() == expected
    assert {-1, 0, 1, 2} <= set(expected[0])
    assert (find_box(points, boxes[:, :0]) == -1).all()


def test_pooled_points() -> None:
    points, boxes = torch.rand(2, 200, 3) * torch.tensor([6.0, 4.0, 3.0]), some_boxes()
    feats = torch.rand(2, 200, 5)
    pooled, empty = pool_points_in_boxes(points, feats, boxes, 16)
    sizes = set()
    for cloud in range(2):
        for row, box in enumerate(boxes[cloud]):
            inside = [point for point in range(200) if is_inside(points[cloud, point], box)]
            assert empty[cloud, row] == (not inside)
            expected = torch.zeros(16, 8)
            for place in range(16 if inside else 0):
                point = inside[place % len(inside)]
                expected[place] = torch.cat([points[cloud, point], feats[cloud, point]])
            assert torch.equal(pooled[cloud, row], expected)
            sizes.add(len(inside) > 16)
    assert sizes == {False, True}


def test_no_boxes() -> None:
    pooled, empty = pool_points_in_boxes(
        torch.rand(1, 4, 3), torch.rand(1, 4, 2), torch.zeros(1, 0, 7), 8)
    assert pooled.shape == (1, 0, 8, 5) and empty.shape == (1, 0)
