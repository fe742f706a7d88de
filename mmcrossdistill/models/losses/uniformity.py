"""Spreading features on the sphere."""
from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class UniformityLoss(nn.Module):
    """Logarithm of the mean Gaussian potential between features on the unit sphere.

    Source: Wang and Isola (ICML 2020), L_uniform.

    Args:
        loss_weight: multiplies the loss.
        sharpness (> 0): t of the potential exp(-t d^2).
        num_rows: rows drawn at random; the potential is quadratic in them.
    """

    def __init__(self, loss_weight: float = 1.0, sharpness: float = 2.0,
                 num_rows: int = 512) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.sharpness = sharpness
        self.num_rows = num_rows

    def forward(self, feats: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            feats ((M, C) float): l2-normalised features.

        Returns:
            () float32: the loss, not above 0; a zero with gradient if M < 2.
        """
        with torch.autocast(feats.device.type, enabled=False):
            feats = feats.float()
            if len(feats) < 2:
                return feats.sum() * 0.0
            if len(feats) > self.num_rows:
                feats = feats[torch.randperm(len(feats), device=feats.device)[:self.num_rows]]
            exponent = 2 * self.sharpness * (feats @ feats.T - 1)
            count = len(feats)
            diagonal = torch.eye(count, dtype=torch.bool, device=feats.device)
            exponent = exponent.masked_fill(diagonal, -torch.inf)
            mean = exponent.logsumexp(dim=(0, 1)) - math.log(count * (count - 1))
            return mean * self.loss_weight
