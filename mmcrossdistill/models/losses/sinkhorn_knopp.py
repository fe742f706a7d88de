"""Balanced assignments of rows to prototypes, over all ranks."""
from __future__ import annotations

import math

import torch
from mmengine.dist import all_reduce, get_world_size
from torch import Tensor


@torch.no_grad()
def sinkhorn_knopp(logits: Tensor, temperature: float, num_iters: int = 3) -> Tensor:
    """Turn a teacher's logits into assignments that use every prototype equally.

    Alternately scales exp(logits / temperature) so that all prototypes have equal mass over the
    rows of all ranks, and every row sums to one (last). Computed with logarithms: no temperature
    overflows, and no prototype that nobody wants divides by zero.
    Source: SwAV (Caron et al. 2020), section 3.1; DINOv2 uses it in place of centring.

    Args:
        logits ((M, K) float): of this rank; M may differ between ranks and be 0.
        temperature (> 0): unitless.
        num_iters (>= 1): of the scaling.

    Returns:
        (M, K) float32: rows that sum to one, without gradient.

    Raises:
        ValueError: if temperature <= 0.
    """
    if temperature <= 0:
        raise ValueError(f'temperature must be positive, got {temperature}')
    with torch.autocast(logits.device.type, enabled=False):
        scores = logits.float() / temperature
        log_num_prototypes = math.log(scores.shape[1])
        for _ in range(num_iters):
            scores = scores - _logsumexp_over_rows(scores) - log_num_prototypes
            scores = scores - scores.logsumexp(dim=1, keepdim=True)
        return scores.exp()


def _logsumexp_over_rows(scores: Tensor) -> Tensor:
    """Log of the sum of exponentials over the rows of all ranks.

    Args:
        scores ((M, K) float32): of this rank.

    Returns:
        (K,) float32: the same on all ranks; zeros if no rank has a row.
    """
    if len(scores):
        largest = scores.amax(dim=0)
    else:
        largest = scores.new_full(scores.shape[1:], -torch.inf)
    if get_world_size() > 1:
        all_reduce(largest, op='max')
    largest = largest.nan_to_num(nan=torch.nan, neginf=0.0)
    total = (scores - largest).exp().sum(dim=0)
    if get_world_size() > 1:
        all_reduce(total)
    return largest + total.log().nan_to_num(nan=torch.nan, neginf=0.0)
