"""Spreading the features of a batch."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from mmengine.dist import get_rank
from torch import Tensor, nn

from mmcrossdistill.models.layers.gather_rows import gather_rows
from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class KoLeoLoss(nn.Module):
    """Minus the mean logarithm of each feature's distance to its nearest neighbour in the batch.

    Features are l2-normalised first. The neighbours come from all ranks (DINOv2 looks on its own
    rank only, where it has dozens of images), so N processes compute what one would.
    Source: Sablayrolles et al. (ICLR 2019), Eq. 2; DINOv2, section 4.

    Args:
        loss_weight: multiplies the loss.
        eps (> 0): added to the distance, which has no logarithm at zero.
    """

    def __init__(self, loss_weight: float = 0.1, eps: float = 1e-8) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.eps = eps

    def forward(self, feats: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            feats ((B, C) float): one feature per image; B is the same on every rank.

        Returns:
            () float32: the loss; a zero with gradient if there is a single image in all.
        """
        with torch.autocast(feats.device.type, enabled=False):
            own = F.normalize(feats.float(), dim=1, eps=self.eps)
            everyone = gather_rows(own)
            if len(everyone) < 2:
                return feats.float().sum() * 0.0
            with torch.no_grad():
                similarity = own @ everyone.T
                itself = get_rank() * len(own) + torch.arange(len(own), device=own.device)
                similarity.scatter_(1, itself.unsqueeze(1), -torch.inf)
                nearest = similarity.argmax(dim=1)
            gap = own - everyone.index_select(0, nearest)
            # Under the root as well: the norm has no derivative at zero.
            distance = (gap.square().sum(dim=1) + self.eps ** 2).sqrt()
            return -(distance + self.eps).log().mean() * self.loss_weight
