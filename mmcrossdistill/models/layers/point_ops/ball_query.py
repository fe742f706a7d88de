"""Neighbours within a radius."""
from __future__ import annotations

import torch
from torch import Tensor

_PIECE = 128  # centres at a time, neighbours along x
_SLACK = 1e-3  # of the radius, so that rounding never drops a candidate


def query_ball(points: Tensor, centers: Tensor, radius: float, count: int,
               min_radius: float = 0.0) -> tuple[Tensor, Tensor]:
    """Find the first points, in the order of the cloud, whose distance from a centre is in range.

    Source: PointNet++ (Qi et al., NeurIPS 2017); the order and the repetition are those of its
    kernels: where fewer points than ``count`` are in range, the first one fills the rest.

    Args:
        points ((N, 3) float): cloud, metres.
        centers ((M, 3) float): metres.
        radius (> 0): distances below it count, metres.
        count (> 0): K, neighbours per centre.
        min_radius: distances from it on count, and the centre itself, metres.

    Returns:
        (M, K) int64: rows of the points, zeros where a centre has none; (M,) bool: which have none.
    """
    found = torch.zeros(len(centers), count, dtype=torch.int64, device=points.device)
    empty = torch.ones(len(centers), dtype=torch.bool, device=points.device)
    points, centers = points.detach(), centers.detach()
    for rows in centers[:, 0].argsort().split(_PIECE):
        piece = centers[rows]
        # Most of the cloud is too far away along x alone.
        along, reach = points[:, 0], radius * (1 + _SLACK)
        near = (along > piece[0, 0] - reach) & (along < piece[-1, 0] + reach)
        candidates = near.nonzero()[:, 0]
        axes = points[candidates].t()
        squared = sum((center.unsqueeze(1) - axis).square_() for center, axis in zip(
            piece.t(), axes, strict=True))
        in_range = squared < radius ** 2
        if min_radius > 0:
            in_range &= (squared >= min_radius ** 2) | (squared == 0)
        row, column = in_range.nonzero(as_tuple=True)
        hits = torch.bincount(row, minlength=len(piece))
        rank = torch.arange(len(row), device=row.device) - (hits.cumsum(0) - hits)[row]
        taken = rank < count
        chosen = found.new_zeros(len(piece), count)
        chosen[row[taken], rank[taken]] = candidates[column[taken]]
        lacking = torch.arange(count, device=row.device) >= hits.unsqueeze(1)
        found[rows] = chosen[:, :1].where(lacking, chosen)
        empty[rows] = hits == 0
    return found, empty


def query_ball_stacked(points: Tensor, point_counts: Tensor, centers: Tensor,
                       center_counts: Tensor, radius: float, count: int) -> tuple[Tensor, Tensor]:
    """Query clouds of different sizes that lie one after the other.

    Args:
        points ((N1 + N2 + ..., 3) float): clouds, metres.
        point_counts ((B,) int): N1, N2, ...
        centers ((M1 + M2 + ..., 3) float): of the same clouds, metres.
        center_counts ((B,) int): M1, M2, ...
        radius (> 0): metres.
        count (> 0): K, neighbours per centre.

    Returns:
        (M1 + M2 + ..., K) int64: rows within the centre's cloud; (M1 + M2 + ...,) bool: which
        centres have no neighbour.
    """
    clouds = zip(points.split(point_counts.tolist()), centers.split(center_counts.tolist()),
                 strict=True)
    found, empty = zip(*(query_ball(*cloud, radius, count) for cloud in clouds), strict=True)
    return torch.cat(found), torch.cat(empty)
