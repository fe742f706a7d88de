"""Squared error of depth."""
from __future__ import annotations

import torch
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class DepthMSELoss(nn.Module):
    """Mean squared error over the pairs whose true depth is in range.

    Source: Collaborative Distillation, App. C.3 (MSE only, on LiDAR pixels, metres).

    Args:
        loss_weight: multiplies the loss.
        min_depth: exclusive, metres.
        max_depth: exclusive, metres; the evaluated range by default, so that the square of a few
            very far returns does not rule the fit.
        log: whether the error is that of the natural logarithm; the prediction then is a
            logarithm of metres.
    """

    def __init__(self, loss_weight: float = 1.0, min_depth: float = 0.1, max_depth: float = 80.0,
                 log: bool = False) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.min_depth = min_depth
        self.max_depth = max_depth
        self.log = log

    def forward(self, predicted: Tensor, depth: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            predicted ((M, 1) float): metres, or their logarithm.
            depth ((M,) float): true depth, metres.

        Returns:
            () float32: the loss; a zero with gradient if no depth is in range.
        """
        with torch.autocast(predicted.device.type, enabled=False):
            depth = depth.float()
            valid = (depth > self.min_depth) & (depth < self.max_depth)
            target = depth.clamp_min(self.min_depth).log() if self.log else depth
            squared = (predicted.float().squeeze(1) - target).square()
            return squared.where(valid, 0).sum() / valid.sum().clamp_min(1) * self.loss_weight
