"""Shared areas against shapely's polygons."""
from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from shapely import affinity, geometry
from torch import Tensor

from mmcrossdistill.models.layers.box_ops import rotated_overlap


def polygon(box: Tensor) -> geometry.Polygon:
    x, y, length, width, angle = box.tolist()
    flat = geometry.box(-length / 2, -width / 2, length / 2, width / 2)
    return affinity.translate(affinity.rotate(flat, angle, (0, 0), use_radians=True), x, y)


def by_shapely(first: Tensor, second: Tensor) -> Tensor:
    return torch.tensor([[polygon(a).intersection(polygon(b)).area for b in second] for a in first],
                        dtype=torch.float64)


def random_boxes(count: int, reach: float = 4.0) -> Tensor:
    boxes = torch.rand(count, 5, dtype=torch.float64)
    return boxes * torch.tensor([reach, reach, 6.0, 3.0, 7.0]) - torch.tensor([0, 0, 0, 0, 3.5])


def test_random_boxes() -> None:
    first, second = random_boxes(40), random_boxes(30)
    expected = by_shapely(first, second)
    assert (expected > 0.1).sum() > 300 and (expected == 0).sum() > 100
    torch.testing.assert_close(rotated_overlap(first, second), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize('angle', [0.0, 0.3, math.pi / 4, math.pi / 2, -2.0])
@pytest.mark.parametrize('offset', [0.0, 800.0])
def test_edges_on_one_line(angle: float, offset: float) -> None:
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    places = torch.tensor([
        # The same, touching, beside each other, inside along one side, crossing, turned by 90, 180.
        [0, 0, 4, 2, 0], [4, 0, 4, 2, 0], [2, 0, 4, 2, 0], [0, 2, 4, 2, 0], [1, 0, 2, 2, 0],
        [0, 0.5, 1, 1, 0], [0, 0, 2, 6, 0], [0, 0, 2, 4, math.pi / 2], [0, 0, 4, 2, math.pi],
        [4, 2, 4, 2, 0]], dtype=torch.float64)
    boxes = places.clone()
    boxes[:, :2] = torch.from_numpy(places[:, :2].numpy() @ turn.T) + offset
    boxes[:, 4] += angle
    expected = torch.tensor([8, 0, 4, 0, 4, 1, 4, 8, 8, 0], dtype=torch.float64)
    torch.testing.assert_close(rotated_overlap(boxes[:1], boxes)[0], expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(rotated_overlap(boxes, boxes[:1])[:, 0], expected, rtol=0, atol=1e-6)


def test_boxes_without_area_and_none_at_all() -> None:
    flat = torch.tensor([[0.0, 0.0, 4.0, 0.0, 0.3]])
    box = torch.tensor([[0.0, 0.0, 2.0, 2.0, 0.0]])
    assert rotated_overlap(flat, box).item() == 0 and rotated_overlap(flat, flat).item() == 0
    assert rotated_overlap(torch.zeros(0, 5), box).shape == (0, 1)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r'x, y, length, width, angle; got the shape \(3, 7\)'):
        rotated_overlap(torch.zeros(3, 7), torch.zeros(3, 5))


@pytest.mark.parametrize('threshold', [0.05, 0.2, 0.35])
def test_mmcvs_operators_on_the_cpu_agree(threshold: float) -> None:
    ops = pytest.importorskip('mmcv.ops', exc_type=ImportError)
    boxes = random_boxes(80, reach=15).float()
    boxes[:, 2:4] += 1
    scores = torch.rand(80)
    areas = boxes[:, 2:4].double().prod(1)
    shared = rotated_overlap(boxes, boxes)
    iou = shared / (areas[:, None] + areas - shared)
    torch.testing.assert_close(ops.box_iou_rotated(boxes, boxes), iou.float(), rtol=0, atol=1e-4)
    kept: list[int] = []
    for row in scores.argsort(descending=True).tolist():
        if all(iou[row, other] <= threshold for other in kept):
            kept.append(row)
    assert ops.nms_rotated(boxes, scores, threshold)[1].tolist() == kept and len(kept) < 80
