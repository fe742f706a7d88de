"""Points in rotated boxes; the test itself is mmcv's, which has one for the CPU."""
from __future__ import annotations

import torch
from torch import Tensor


def _inside(points: Tensor, boxes: Tensor) -> Tensor:
    """Ask for each pair of point and box.

    Args:
        points ((B, N, 3) float): metres.
        boxes ((B, T, 7) float): centre of the bottom, sizes, yaw about +z.

    Returns:
        (B, N, T) bool.
    """
    from mmcv.ops import points_in_boxes_cpu
    return points_in_boxes_cpu(points.float(), boxes.float()) > 0


def find_box(points: Tensor, boxes: Tensor) -> Tensor:
    """Find the first box around each point.

    Args:
        points ((B, N, 3) float): metres.
        boxes ((B, T, 7) float): centre of the bottom, sizes, yaw about +z.

    Returns:
        (B, N) int32: box; -1 where there is none.
    """
    inside = _inside(points, boxes)
    if not inside.shape[-1]:
        return inside.new_full(inside.shape[:2], -1, dtype=torch.int32)
    first = inside.int().argmax(dim=-1).int()
    return first.where(inside.any(dim=-1), -1)


def pool_points_in_boxes(points: Tensor, feats: Tensor, boxes: Tensor,
                         count: int) -> tuple[Tensor, Tensor]:
    """Collect the points of each box.

    The first ones in the order of the cloud; where a box has fewer, they come again from the first.
    Source: PointRCNN (Shi et al., CVPR 2019), its point cloud region pooling.

    Args:
        points ((B, N, 3) float): metres.
        feats ((B, N, C) float): of the points.
        boxes ((B, T, 7) float): centre of the bottom, sizes, yaw about +z.
        count (> 0): K, points per box.

    Returns:
        (B, T, K, 3 + C) float: places and features, zeros for a box without points; (B, T) bool:
        which boxes have none.
    """
    batch, number = boxes.shape[:2]
    pooled = feats.new_zeros(batch, number, count, 3 + feats.shape[-1])
    inside = _inside(points, boxes)
    hits = inside.sum(dim=1)
    point = inside.transpose(1, 2).nonzero(as_tuple=True)[-1]
    starts = (hits.flatten().cumsum(0) - hits.flatten()).view_as(hits)
    filled = hits > 0
    turn = torch.arange(count, device=feats.device) % hits[filled].unsqueeze(1)
    rows = point[starts[filled].unsqueeze(1) + turn]
    clouds = filled.nonzero(as_tuple=True)[0].unsqueeze(1)
    pooled[filled] = torch.cat([points, feats], dim=-1)[clouds, rows]
    return pooled, ~filled
