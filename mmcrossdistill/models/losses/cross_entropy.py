"""Cross entropy over labelled rows."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class CrossEntropyLoss(nn.Module):
    """Mean cross entropy over the rows that have a label.

    Args:
        loss_weight: multiplies the loss.
        ignore_index: label without meaning.
    """

    def __init__(self, loss_weight: float = 1.0, ignore_index: int = 255) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.ignore_index = ignore_index

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            logits ((M, C) float): class scores.
            labels ((M,) int64): classes.

        Returns:
            () float32: the loss; a zero with gradient if no row has a label.
        """
        with torch.autocast(logits.device.type, enabled=False):
            total = F.cross_entropy(
                logits.float(), labels, ignore_index=self.ignore_index, reduction='sum')
            count = (labels != self.ignore_index).sum().clamp_min(1)
            return total / count * self.loss_weight
