"""Rows of all ranks, with gradients."""
from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from mmengine.dist import all_gather, all_reduce, get_rank, get_world_size
from torch import Tensor


class _GatherRows(torch.autograd.Function):
    """Concatenate in the order of the ranks; backward sums what every rank sends to a row."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor) -> Tensor:
        """Gather.

        Args:
            ctx: autograd's context.
            rows ((N, C) float): of this rank.
        """
        ctx.num_rows = len(rows)
        return torch.cat(all_gather(rows.contiguous()))

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        """Sum over the ranks and take the own rows.

        Args:
            ctx: autograd's context.
            grad ((W * N, C) float): of this rank's loss.
        """
        grad = grad.contiguous()
        all_reduce(grad)
        start = get_rank() * ctx.num_rows
        return grad[start:start + ctx.num_rows]


def gather_rows(rows: Tensor) -> Tensor:
    """Concatenate the rows of all ranks; gradients flow back to the rank a row came from.

    If every rank takes the mean over its own rows, DistributedDataParallel's mean over ranks is
    the gradient of the mean over all rows.

    Args:
        rows ((N, C) float): of this rank; N is the same on every rank.

    Returns:
        (W * N, C) float: of W ranks, in their order.
    """
    return rows if get_world_size() == 1 else _GatherRows.apply(rows)


def gather_uneven_rows(rows: Tensor) -> tuple[Tensor, int]:
    """Concatenate the rows of all ranks, of which each may have another number; also none.

    Args:
        rows ((N, C) float): of this rank.

    Returns:
        (sum of N, C) float: of all ranks, in their order. And where this rank's rows start.
    """
    if get_world_size() == 1:
        return rows, 0
    counts = torch.cat(all_gather(torch.tensor([len(rows)], device=rows.device))).tolist()
    padded = gather_rows(F.pad(rows, (0, 0, 0, max(counts) - len(rows))))
    blocks = zip(padded.split(max(counts)) if max(counts) else [padded] * len(counts), counts,
                 strict=True)
    return torch.cat([block[:count] for block, count in blocks]), sum(counts[:get_rank()])
