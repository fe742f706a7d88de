"""Contrast between paired features."""
from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.layers.rank_mean import check_mean_over, mean_over_ranks
from mmcrossdistill.registry import MODELS


class Contrast(NamedTuple):
    """Result of a contrast.

    Args:
        loss (() float32): the loss; a zero with gradient without rows.
        accuracy (() float32): share of the rows (of weight > 0) whose own key is the most similar.
        chance (() float32): the loss of features that say nothing: the logarithm of the keys.
    """

    loss: Tensor
    accuracy: Tensor
    chance: Tensor


def contrast_logits(
    query: Tensor,
    key: Tensor,
    positive: Tensor,
    temperature: float,
    logit_weight: Tensor | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """Scaled similarities of queries to keys: what every contrastive method compares.

    Args:
        query ((M, C) float): rows that ask.
        key ((K, C) float): rows that answer.
        positive ((M,) int64): the key that belongs to each query.
        temperature (> 0): divides the similarities; unitless.
        logit_weight ((M, K) float): multiplies them. A weight of zero leaves exp(0) = 1 in the
            denominator (ST-SLidR's published code); ``mask`` takes a key out of it.
        mask ((M, K) or (K,) bool): keys in the denominator; a query's own key always is.

    Returns:
        (M, K) float: logits.
    """
    logits = (query / temperature) @ key.T
    if logit_weight is not None:
        logits = logits * logit_weight
    if mask is not None:
        own = F.one_hot(positive, len(key)).bool()
        logits = logits.masked_fill(~(mask | own), -torch.inf)
    return logits


@MODELS.register_module()
class InfoNCELoss(nn.Module):
    """Cross entropy of each learning feature over all anchors: its own one is the right class.

    Row i of the source is positive with row i of the target; every other row of the batch is a
    negative. The one contrast of all methods: PPKT, SLidR, ST-SLidR, PointContrast, and CD's
    Table K, where the paper gives no formula.

    Args:
        loss_weight: multiplies the loss.
        temperature (> 0): divides the cosines; unitless.
        num_pairs (> 0): pairs drawn at random from a batch that has more; the matrix of cosines is
            quadratic in them. ``None`` takes all.
        normalize: whether to l2-normalise both sides. SLidR does not: it normalises points and
            pixels, and the means of a region are not normalised again.
        detach_target: whether the anchors carry no gradient. The image head of PPKT and SLidR
            learns through them.
        mean_over: 'rank' divides by the weight of this rank's rows, as published; 'global' by that
            of all ranks, so that with the keys of all ranks N processes compute what one would.

    Raises:
        ValueError: if ``temperature`` or ``num_pairs`` is not positive, or ``mean_over`` unknown.
    """

    def __init__(self, loss_weight: float = 1.0, temperature: float = 0.07,
                 num_pairs: int | None = 4096, normalize: bool = True,
                 detach_target: bool = True, mean_over: str = 'rank') -> None:
        super().__init__()
        if temperature <= 0 or (num_pairs is not None and num_pairs <= 0):
            raise ValueError(
                f'temperature and num_pairs must be positive, got {temperature} and {num_pairs}')
        check_mean_over(mean_over)
        self.loss_weight = loss_weight
        self.temperature = temperature
        self.num_pairs = num_pairs
        self.normalize = normalize
        self.detach_target = detach_target
        self.mean_over = mean_over

    def forward(self, source: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
        """Compute the loss of paired rows.

        Args:
            source ((M, C) float): features that learn; not normalised yet.
            target ((M, C) float): the anchors.
            weight ((M,) float): weight of each pair as a positive.

        Returns:
            () float32: the loss; a zero with gradient if M == 0.

        Raises:
            ValueError: if the shapes differ.
        """
        if source.shape != target.shape:
            raise ValueError(f'source is {tuple(source.shape)}, target {tuple(target.shape)}')
        if self.num_pairs is not None and len(source) > self.num_pairs:
            drawn = torch.randperm(len(source), device=source.device)[:self.num_pairs]
            source, target = source[drawn], target[drawn]
            weight = None if weight is None else weight[drawn]
        return self.contrast(source, target, row_weight=weight).loss

    def contrast(
        self,
        query: Tensor,
        key: Tensor,
        positive: Tensor | None = None,
        row_weight: Tensor | None = None,
        logit_weight: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Contrast:
        """Compare queries with keys, without drawing pairs.

        Args:
            query ((M, C) float): features that learn.
            key ((K, C) float): the anchors.
            positive ((M,) int64): the key of each query; row i belongs to key i by default.
            row_weight ((M,) float): weight of each query in the mean.
            logit_weight: see :func:`contrast_logits`.
            mask: see :func:`contrast_logits`.
        """
        with torch.autocast(query.device.type, enabled=False):
            query, key = query.float(), key.float()
            if self.detach_target:
                key = key.detach()
            if self.normalize:
                query, key = F.normalize(query, dim=1), F.normalize(key, dim=1)
            if positive is None:
                positive = torch.arange(len(query), device=query.device)
            weight = query.new_ones(len(query)) if row_weight is None else row_weight.float()
            total = weight.sum()
            if self.mean_over == 'global':
                total = mean_over_ranks(total)
            total = total.clamp_min(torch.finfo(total.dtype).eps)
            if len(query) == 0:
                zero = query.sum() * 0.0 + key.sum() * 0.0
                return Contrast(zero, zero.detach(), zero.detach())
            logits = contrast_logits(
                query, key, positive, self.temperature, logit_weight, mask)
            entropy = F.cross_entropy(logits, positive, reduction='none')
            loss = (entropy * weight).sum() / total * self.loss_weight
            with torch.no_grad():
                counted = (weight > 0).float()
                hits = (logits.argmax(dim=1) == positive).float() * counted
                rows = counted.sum().clamp_min(1.0)
                keys = torch.full_like(counted, logits.shape[1])
                if mask is not None:
                    keys = torch.isfinite(logits).sum(dim=1)
                chance = (keys.log() * counted).sum() / rows
            return Contrast(loss, hits.sum() / rows, chance)
