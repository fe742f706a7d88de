"""Means over the processes of a group."""
from __future__ import annotations

from mmengine.dist import all_reduce, get_world_size
from torch import Tensor


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
