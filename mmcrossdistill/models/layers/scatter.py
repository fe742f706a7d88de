"""Reductions over groups of rows."""
from __future__ import annotations

import torch
from torch import Tensor


def scatter_sum(rows: Tensor, index: Tensor, num_groups: int) -> Tensor:
    """Sum the rows of each group.

    The sum runs in at least float32: half precision loses small terms where many points share a
    group, which made early WaffleIron versions unstable under autocast.

    Args:
        rows ((N, C) float): values.
        index ((N,) int64): group of each row, in [0, num_groups).
        num_groups: number of groups, empty ones included.

    Returns:
        (num_groups, C) float: the sums, float32 for half-precision rows; zero for an empty group.
    """
    dtype = torch.promote_types(rows.dtype, torch.float32)
    return rows.new_zeros(num_groups, rows.shape[1], dtype=dtype).index_add(
        0, index, rows.to(dtype))


def group_sizes(index: Tensor, num_groups: int) -> Tensor:
    """Count the rows of each group.

    Unlike ``torch.bincount`` it lets no host wait for a GPU.

    Args:
        index ((N,) int64): group of each row, in [0, num_groups).
        num_groups: number of groups, empty ones included.

    Returns:
        (num_groups,) float32: the counts, exact up to 2^24.
    """
    ones = torch.ones_like(index, dtype=torch.float32)
    return ones.new_zeros(num_groups).scatter_add_(0, index, ones)


def inverse_counts(index: Tensor, num_groups: int, eps: float = 0.0) -> Tensor:
    """Give each row the weight that turns a group sum into a group mean.

    Args:
        index ((N,) int64): group of each row, in [0, num_groups).
        num_groups: number of groups.
        eps: added to the count; WaffleIron uses 1e-6.

    Returns:
        (N, 1) float32: 1 / (size of the row's group + eps).
    """
    counts = group_sizes(index, num_groups)
    return (counts + eps).reciprocal().index_select(0, index).unsqueeze(1)
