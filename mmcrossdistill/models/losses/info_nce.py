"""Contrast between paired features."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class InfoNCELoss(nn.Module):
    """Cross entropy of each learning feature over all anchors: its own one is the right class.

    Row i of the source is positive with row i of the target; every other row of the batch is a
    negative. CD replaces its distance by a contrastive loss in Table K without giving a formula;
    this is the point-pixel loss of PPKT, with its temperature and its number of pairs.

    Args:
        loss_weight: multiplies the loss.
        temperature (> 0): divides the cosines; unitless.
        num_pairs (> 0): pairs drawn at random from a batch that has more; the matrix of cosines is
            quadratic in them.

    Raises:
        ValueError: if ``temperature`` or ``num_pairs`` is not positive.
    """

    def __init__(self, loss_weight: float = 1.0, temperature: float = 0.07,
                 num_pairs: int = 4096) -> None:
        super().__init__()
        if temperature <= 0 or num_pairs <= 0:
            raise ValueError(
                f'temperature and num_pairs must be positive, got {temperature} and {num_pairs}')
        self.loss_weight = loss_weight
        self.temperature = temperature
        self.num_pairs = num_pairs

    def forward(self, source: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
        """Compute the loss.

        Args:
            source ((M, C) float): features that learn; not normalised yet.
            target ((M, C) float): the anchors; no gradient flows into them.
            weight ((M,) float): weight of each pair as a positive.

        Returns:
            () float32: the loss; a zero with gradient if M == 0.

        Raises:
            ValueError: if the shapes differ.
        """
        if source.shape != target.shape:
            raise ValueError(f'source is {tuple(source.shape)}, target {tuple(target.shape)}')
        with torch.autocast(source.device.type, enabled=False):
            source, target = source.float(), target.detach().float()
            if len(source) == 0:
                return source.sum() * 0.0
            weight = source.new_ones(len(source)) if weight is None else weight.float()
            if len(source) > self.num_pairs:
                drawn = torch.randperm(len(source), device=source.device)[:self.num_pairs]
                source, target, weight = source[drawn], target[drawn], weight[drawn]
            logits = F.normalize(source, dim=1) @ F.normalize(target, dim=1).T / self.temperature
            own = torch.arange(len(logits), device=logits.device)
            entropy = F.cross_entropy(logits, own, reduction='none')
            mean = (entropy * weight).sum() / weight.sum().clamp_min(torch.finfo(weight.dtype).eps)
            return mean * self.loss_weight
