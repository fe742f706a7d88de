"""Overlap and suppression against loops over shapely's polygons and against mmcv's operators."""
from __future__ import annotations

import pytest
import torch
from shapely import affinity, geometry
from torch import Tensor

from mmcrossdistill.models.layers.box_ops import bev_iou, bev_nms


def crowd(count: int = 80) -> tuple[Tensor, Tensor]:
    boxes = torch.rand(count, 5) * torch.tensor([15.0, 15.0, 3.0, 1.0, 6.0])
    return boxes + torch.tensor([0.0, 0.0, 2.0, 1.0, -3.0]), torch.rand(count)


def slow_iou(first: Tensor, second: Tensor) -> float:
    shapes = []
    for x, y, length, width, angle in (first.tolist(), second.tolist()):
        flat = geometry.box(-length / 2, -width / 2, length / 2, width / 2)
        shapes.append(affinity.translate(
            affinity.rotate(flat, angle, (0, 0), use_radians=True), x, y))
    return shapes[0].intersection(shapes[1]).area / shapes[0].union(shapes[1]).area


def slow_nms(boxes: Tensor, scores: Tensor, threshold: float) -> list[int]:
    kept: list[int] = []
    for row in sorted(range(len(boxes)), key=lambda row: (-scores[row].item(), row)):
        if all(slow_iou(boxes[row], boxes[other]) <= threshold for other in kept):
            kept.append(row)
    return kept


def test_iou() -> None:
    boxes, _ = crowd(25)
    expected = torch.tensor([[slow_iou(a, b) for b in boxes] for a in boxes])
    torch.testing.assert_close(bev_iou(boxes, boxes), expected, rtol=1e-5, atol=1e-6)


def test_boxes_without_area_overlap_nothing() -> None:
    assert bev_iou(torch.zeros(1, 5), torch.zeros(1, 5)).item() == 0


@pytest.mark.parametrize('threshold', [0.0, 0.2, 0.35])
def test_nms(threshold: float) -> None:
    boxes, scores = crowd()
    kept = bev_nms(boxes, scores, threshold)
    assert kept.tolist() == slow_nms(boxes, scores, threshold)
    assert 3 < len(kept) < len(boxes)


def test_nms_of_equal_scores_and_limits() -> None:
    boxes = torch.tensor([[0, 0, 2, 2, 0], [0.1, 0, 2, 2, 0], [9, 0, 2, 2, 0], [5, 0, 2, 2, 0]])
    scores = torch.tensor([0.5, 0.5, 0.5, 0.9])
    assert bev_nms(boxes, scores, 0.3).tolist() == [3, 0, 2]
    assert bev_nms(boxes, scores, 0.3, pre_max_size=3).tolist() == [3, 0]
    assert bev_nms(boxes, scores, 0.3, post_max_size=2).tolist() == [3, 0]
    assert bev_nms(boxes[:0], scores[:0], 0.3).shape == (0,)


def test_mmcvs_operators_for_cpus_agree() -> None:
    ops = pytest.importorskip('mmcv.ops', exc_type=ImportError)
    boxes, scores = crowd()
    torch.testing.assert_close(bev_iou(boxes, boxes), ops.box_iou_rotated(boxes, boxes),
                               rtol=0, atol=1e-4)
    assert bev_nms(boxes, scores, 0.2).tolist() == ops.nms_rotated(boxes, scores, 0.2)[1].tolist()
