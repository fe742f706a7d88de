"""Focal loss of independent classes."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def sigmoid_focal_loss(
    logits: Tensor, target: Tensor, alpha: float = 0.25, gamma: float = 2.0,
) -> Tensor:
    """Focal loss of every entry, in float32.

    -alpha (1 - p)^gamma log p where the target is 1, -(1 - alpha) p^gamma log(1 - p) where it is
    0, with p = sigmoid(logit).
    Source: Lin et al., ICCV 2017, Eq. 5.

    Args:
        logits (any shape, float): scores.
        target (the same shape, float or bool): 1 where the class is present.
        alpha ([0, 1]): weight of the present classes.
        gamma (>= 0): 0 gives the weighted cross entropy.

    Returns:
        Of the same shape, float32.
    """
    with torch.autocast(logits.device.type, enabled=False):
        logits, target = logits.float(), target.float()
        entropy = F.binary_cross_entropy_with_logits(logits, target, reduction='none')
        wrong = (logits.sigmoid() - target).abs()
        return (alpha * target + (1 - alpha) * (1 - target)) * wrong ** gamma * entropy
