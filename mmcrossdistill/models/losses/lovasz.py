"""Lovasz-softmax, the differentiable surrogate of the IoU."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


def lovasz_softmax(probs: Tensor, labels: Tensor, ignore_index: int = 255) -> Tensor:
    """Mean Lovasz extension of the Jaccard loss over the classes that occur in ``labels``.

    All classes in one sort, without a host-device synchronisation: an ignored row gets the error
    0, sorts behind every error and is multiplied by 0, so it changes nothing.
    Source: Berman et al., The Lovasz-Softmax loss (CVPR 2018), Alg. 1, classes='present'.

    Args:
        probs ((M, C) float): class probabilities.
        labels ((M,) int64): classes; ``ignore_index`` is ignored.
        ignore_index: label without meaning.

    Returns:
        () float32: the loss; a zero with gradient if no row has a label.

    Raises:
        ValueError: if the shapes disagree.
    """
    if probs.ndim != 2 or labels.shape != probs.shape[:1]:
        raise ValueError(
            f'expected probs (M, C) and labels (M,), got {tuple(probs.shape)} and '
            f'{tuple(labels.shape)}')
    with torch.autocast(probs.device.type, enabled=False):
        probs = probs.float()
        valid = labels != ignore_index
        # (C, M): each class is contiguous for the sort.
        positive = F.one_hot(labels.where(valid, 0), probs.shape[1]).T.float() * valid
        errors = (positive - probs.T).abs() * valid
        errors, order = errors.sort(dim=1, descending=True)
        positive = positive.gather(1, order)
        total = positive.sum(dim=1, keepdim=True)
        intersection = total - positive.cumsum(dim=1)
        union = total + (1 - positive).cumsum(dim=1)
        jaccard = 1 - intersection / union.clamp_min(1)
        weight = torch.diff(jaccard, dim=1, prepend=jaccard.new_zeros(len(jaccard), 1))
        present = (total > 0).squeeze(1)
        return ((errors * weight).sum(dim=1) * present).sum() / present.sum().clamp_min(1)


@MODELS.register_module()
class LovaszLoss(nn.Module):
    """Lovasz-softmax on logits.

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
        probs = logits.float().softmax(dim=1)
        return lovasz_softmax(probs, labels, self.ignore_index) * self.loss_weight
