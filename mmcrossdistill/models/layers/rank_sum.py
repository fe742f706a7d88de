"""Sums over the processes of a group, with gradients."""
from __future__ import annotations

import torch
import torch.distributed as dist
from mmengine.dist import get_world_size
from torch import Tensor


class _SumOverRanks(torch.autograd.Function):
    """Sum over ranks whose gradient is the sum of the ranks' gradients."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, value: Tensor) -> Tensor:
        """Sum the values."""
        total = value.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, grad: Tensor) -> Tensor:
        """Sum the gradients."""
        total = grad.contiguous().clone()
        dist.all_reduce(total)
        return total


def sum_over_ranks(value: Tensor) -> Tensor:
    """Add up a value of every rank; every rank takes part, forward and backward.

    If every rank computes the same loss of the sum, DistributedDataParallel's mean over ranks is
    the gradient that one process would have.

    Args:
        value (any shape, float): of this rank.

    Returns:
        Of the same shape: the sum, with gradient.
    """
    return value if get_world_size() == 1 else _SumOverRanks.apply(value)
