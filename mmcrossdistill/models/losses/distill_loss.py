"""Distance between paired features."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.layers.rank_mean import check_mean_over, mean_over_ranks
from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class DistillLoss(nn.Module):
    """Mean over the pairs of the un-squared L2 distance of l2-normalised features.

    Source: Collaborative Distillation Eq. 1 and 2 (the same formula; only the side that carries
    the stop-gradient changes); ScaLR uses it too.

    Args:
        loss_weight: multiplies the loss.
        mean_over: 'global' divides by the pairs of all ranks, so that N processes compute what one
            process would with the whole batch; 'rank' divides by the pairs of this rank, as the
            published code (ScaLR) does, which weighs a pair more on a rank that has few.
        eps (> 0): added under the root in the gradient's neighbourhood of zero distance, where the
            norm has no derivative; unit-free, changes the value by at most ``sqrt(eps)``.
    """

    def __init__(self, loss_weight: float = 1.0, mean_over: str = 'global',
                 eps: float = 1e-12) -> None:
        super().__init__()
        check_mean_over(mean_over)
        self.mean_over = mean_over
        self.loss_weight = loss_weight
        self.eps = eps

    def forward(self, source: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
        """Compute the loss.

        Args:
            source ((M, C) float): features that learn; not normalised yet.
            target ((M, C) float): the anchor; no gradient flows into it.
            weight ((M,) float): weight of each pair.

        Returns:
            () float32: the loss; a zero with gradient if M == 0.

        Raises:
            ValueError: if the shapes differ.
        """
        if source.shape != target.shape:
            raise ValueError(f'source is {tuple(source.shape)}, target {tuple(target.shape)}')
        with torch.autocast(source.device.type, enabled=False):
            source, target = source.float(), target.detach().float()
            gap = F.normalize(source, dim=1) - F.normalize(target, dim=1)
            distance = (gap.square().sum(dim=1) + self.eps).sqrt()
            weight = torch.ones_like(distance) if weight is None else weight.float()
            total = weight.sum()
            if self.mean_over == 'global':
                total = mean_over_ranks(total)
            return (distance * weight).sum() / total.clamp_min(self.eps) * self.loss_weight
