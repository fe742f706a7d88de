"""mmcv's point operations on the CPU, through mmcv's own functions."""
from __future__ import annotations

import torch
from mmcv import ops

from mmcrossdistill.models.layers.point_ops import (
    query_ball_stacked,
    sample_furthest_points,
)


def test_sampling_and_gathering() -> None:
    points = torch.rand(2, 40, 3)
    chosen = ops.furthest_point_sample(points, 7)
    assert chosen.dtype == torch.int32
    assert torch.equal(chosen.long(), sample_furthest_points(points, 7))
    feats = torch.rand(2, 5, 40, dtype=torch.float64, requires_grad=True)
    gathered = ops.gather_points(feats, chosen)
    assert torch.equal(gathered[1, :, 3], feats[1, :, chosen[1, 3]])
    assert torch.autograd.gradcheck(lambda rows: ops.gather_points(rows, chosen), feats)


def test_grouping() -> None:
    points, centers = torch.rand(2, 30, 3), torch.rand(2, 6, 3)
    feats = torch.rand(2, 4, 30)
    rows = ops.ball_query(0, 0.4, 5, points, centers)
    grouped = ops.QueryAndGroup(0.4, 5)(points, centers, feats)
    assert grouped.shape == (2, 7, 6, 5)
    for cloud, center, place in ((0, 0, 0), (1, 5, 4), (1, 2, 3)):
        row = rows[cloud, center, place]
        expected = torch.cat([points[cloud, row] - centers[cloud, center], feats[cloud, :, row]])
        torch.testing.assert_close(grouped[cloud, :, center, place], expected)
    assert torch.autograd.gradcheck(
        lambda values: ops.grouping_operation(values, rows),
        torch.rand(2, 3, 30, dtype=torch.float64, requires_grad=True))


def test_grouping_of_stacked_clouds() -> None:
    counts, around = torch.tensor([9, 14]).int(), torch.tensor([3, 2]).int()
    points, centers = torch.rand(23, 3), torch.rand(5, 3)
    centers[4] += 9
    rows = ops.ball_query(0, 0.5, 4, points, centers, counts, around)
    expected, empty = query_ball_stacked(points, counts, centers, around, 0.5, 4)
    assert empty.tolist()[4] and rows[4, 0] == -1
    assert torch.equal(rows[~empty].long(), expected[~empty])
    rows = rows.clamp_min(0)
    feats = torch.rand(23, 2, dtype=torch.float64, requires_grad=True)
    grouped = ops.grouping_operation(feats, rows, counts, around)
    assert torch.equal(grouped[3, :, 1], feats[9 + rows[3, 1]])
    assert torch.autograd.gradcheck(
        lambda values: ops.grouping_operation(values, rows, counts, around), feats)


def test_points_in_boxes() -> None:
    points = torch.rand(1, 50, 3) * 4
    boxes = torch.tensor([[
        [1.0, 1.0, 0.0, 2.0, 2.0, 4.0, 0.0], [1.5, 1.5, 0.0, 3.0, 3.0, 4.0, 0.3]]])
    every = ops.points_in_boxes_all(points, boxes)
    first = ops.points_in_boxes_part(points, boxes)
    assert every.shape == (1, 50, 2)
    assert torch.equal(first[0] == 0, every[0, :, 0] == 1)
    assert torch.equal(first[0] == 1, (every[0, :, 0] == 0) & (every[0, :, 1] == 1))
    pooled, empty = ops.RoIPointPool3d(6)(points, points, boxes)
    assert pooled.shape == (1, 2, 6, 6) and empty.tolist() == [[0, 0]]
    assert torch.equal(pooled[..., :3], pooled[..., 3:])
