"""Which negatives of a contrast resemble their anchor too much, and which anchors are common."""
from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


class Tolerance(NamedTuple):
    """Weights of a contrast between K rows.

    Args:
        logit_weight ((K, K) float): multiplies the logits, or ``None``.
        mask ((K, K) bool): which keys are in the denominator.
        row_weight ((K,) float): weight of each anchor; zero where a row is no valid anchor.
    """

    logit_weight: Tensor | None
    mask: Tensor
    row_weight: Tensor


@MODELS.register_module()
class SemanticTolerance(nn.Module):
    """Weigh negatives and anchors by the similarity of the frozen encoder's own features.

    A negative's weight is 1 - similarity. With quantiles it becomes 0 or 1: weights of an anchor
    below its ``min_quantile`` (the most similar negatives) or above its ``max_quantile`` become 0,
    all others 1. A row that the encoder's resolution does not show has no similarities and takes no
    part. The own key always counts.
    Source: ST-SLidR (Mahmoud et al., CVPR 2023), by its published code. There the weights multiply
    the logits, so that a negative of weight zero still adds exp(0) to the denominator.

    Args:
        with_weights: whether negatives are weighed.
        min_quantile: in [0, 1); ``None`` with ``max_quantile=None`` keeps soft weights.
        max_quantile: in (0, 1].
        apply: 'logits' (published) or 'mask', which takes negatives of weight zero out of the
            denominator and needs quantiles; ours.
        with_balance: whether anchors that many rows resemble weigh less: one minus the sum of
            similarities, scaled to [0, 1] over the batch.
        balance_threshold: similarities below it do not count for the balance.

    Raises:
        ValueError: if an option is invalid.
    """

    def __init__(
        self,
        with_weights: bool = True,
        min_quantile: float | None = 0.01,
        max_quantile: float | None = 1.0,
        apply: str = 'logits',
        with_balance: bool = False,
        balance_threshold: float = 0.5,
    ) -> None:
        super().__init__()
        if apply not in ('logits', 'mask'):
            raise ValueError(f"apply must be 'logits' or 'mask', got {apply!r}")
        if (min_quantile is None) != (max_quantile is None):
            raise ValueError('give both min_quantile and max_quantile, or neither')
        if min_quantile is None and apply == 'mask':
            raise ValueError("apply='mask' needs min_quantile and max_quantile")
        if min_quantile is not None and not 0 <= min_quantile < max_quantile <= 1:
            raise ValueError(f'quantiles must rise within [0, 1]: {min_quantile}, {max_quantile}')
        self.with_weights = with_weights
        self.quantiles = None if min_quantile is None else (min_quantile, max_quantile)
        self.apply_to = apply
        self.with_balance = with_balance
        self.balance_threshold = balance_threshold

    @torch.no_grad()
    def forward(self, context: Tensor, valid: Tensor) -> Tolerance:
        """Weigh the rows of a batch.

        Args:
            context ((K, E) float): mean features of the frozen encoder; a zero row is unknown.
            valid ((K,) float): zero where a row takes no part anyway.
        """
        with torch.autocast(context.device.type, enabled=False):
            unit = F.normalize(context.float(), dim=1)
            seen = (valid > 0) & (unit.square().sum(dim=1) > 0.5)
            similarity = unit @ unit.T
            row_weight = seen.float()
            if self.with_balance and len(seen):
                row_weight = row_weight * self._balance(similarity, seen)
            mask = seen.expand(len(seen), -1)
            if not self.with_weights:
                return Tolerance(None, mask, row_weight)
            weights = self._weights(similarity, seen)
            if self.apply_to == 'mask':
                return Tolerance(None, mask & (weights > 0), row_weight)
            return Tolerance(weights, mask, row_weight)

    def _weights(self, similarity: Tensor, seen: Tensor) -> Tensor:
        """Weights of all negatives; the diagonal is 1."""
        weights = 1 - similarity.clamp(0, 1)
        if self.quantiles is not None:
            low = row_quantile(weights, seen, self.quantiles[0])
            high = -row_quantile(-weights, seen, 1 - self.quantiles[1])
            kept = (weights >= low) & (weights <= high) & (weights != 0)
            weights = kept.to(weights.dtype)
        return weights.fill_diagonal_(1.0)

    def _balance(self, similarity: Tensor, seen: Tensor) -> Tensor:
        """One minus the scaled votes of each row."""
        counted = (similarity >= self.balance_threshold) & seen
        votes = (similarity * counted).sum(dim=1)
        lowest = votes.masked_fill(~seen, torch.inf).amin()
        votes = torch.where(seen, votes - lowest, 0.0)
        return 1 - votes / votes.amax().clamp_min(torch.finfo(votes.dtype).tiny)


def row_quantile(values: Tensor, counted: Tensor, quantile: float) -> Tensor:
    """Quantile of each row over some columns, linear between neighbours as ``torch.quantile``.

    A partial sort: a small quantile of long rows needs their smallest elements only.

    Args:
        values ((K, L) float): rows.
        counted ((L,) bool): columns that count.
        quantile: in [0, 1].

    Returns:
        (K, 1) float: infinite where no column counts.
    """
    columns = values.shape[1]
    if columns == 0:
        return values.new_full((len(values), 1), torch.inf)
    needed = min(columns, math.floor(quantile * (columns - 1)) + 2)
    smallest = values.masked_fill(~counted, torch.inf).topk(
        needed, dim=1, largest=False, sorted=True).values
    place = quantile * (counted.sum() - 1).clamp_min(0)
    before = place.floor().long()
    low = smallest.index_select(1, before.view(1))
    high = smallest.index_select(1, (before + 1).clamp_max(needed - 1).view(1))
    # Where the place is whole, the next value may be infinite and must not be touched.
    share = place - before
    return torch.where(share > 0, low + (high - low) * share, low)
