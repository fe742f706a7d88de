"""Means over the processes of a group."""
from __future__ import annotations

from mmengine.dist import all_reduce, get_world_size
from torch import Tensor


def check_mean_over(mean_over: str) -> None:
    """Refuse an unknown choice of the pairs that a loss divides by.

    Args:
        mean_over: 'global', those of all ranks, or 'rank', those of this rank.

    Raises:
        ValueError: if it is another word.
    """
    if mean_over not in ('global', 'rank'):
        raise ValueError(f"mean_over must be 'global' or 'rank', got {mean_over!r}")


def mean_over_ranks(value: Tensor) -> Tensor:
    """Average over ranks; every rank takes part.

    DistributedDataParallel averages gradients, so a sum divided by the average count of the ranks
    gives the mean over all of them.

    Args:
        value (() float): of this rank.

    Returns:
        () float: without gradient when there are several ranks.
    """
    if get_world_size() == 1:
        return value
    value = value.detach().clone()
    all_reduce(value, op='mean')
    return value
