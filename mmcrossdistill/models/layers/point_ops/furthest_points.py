"""Furthest point sampling."""
from __future__ import annotations

import torch
from torch import Tensor


def sample_furthest_points(points: Tensor, count: int) -> Tensor:
    """Choose points one by one, each the furthest from those chosen before.

    The first point comes first; of equally far ones the first in the cloud. Where ``count`` exceeds
    the number of different places, chosen ones come again.
    Source: PointNet++ (Qi et al., NeurIPS 2017), iterative furthest point sampling.

    Args:
        points ((B, N, 3) float): clouds, metres.
        count (>= 0): M, how many to choose.

    Returns:
        (B, M) int64: rows of the points.

    Raises:
        ValueError: if points are to be chosen from an empty cloud.
    """
    batch, number = points.shape[:2]
    if count and not number:
        raise ValueError(f'{count} points cannot be chosen from an empty cloud')
    chosen = torch.zeros(batch, count, dtype=torch.int64, device=points.device)
    axes = points.detach().float().permute(2, 0, 1).contiguous()
    nearest = axes.new_full((batch, number), torch.inf)
    distance, offset = torch.empty_like(nearest), torch.empty_like(nearest)
    last = chosen.new_zeros(batch, 1)
    for step in range(1, count):
        # In place: at thousands of steps the allocations would cost more than the sums.
        distance.zero_()
        for axis in axes:
            torch.sub(axis, axis.gather(1, last), out=offset)
            distance.addcmul_(offset, offset)
        torch.minimum(nearest, distance, out=nearest)
        last = nearest.argmax(dim=1, keepdim=True)
        chosen[:, step] = last[:, 0]
    return chosen
