"""A contrast of what pixels and points say about all codes."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.layers.rank_mean import mean_over_ranks
from mmcrossdistill.registry import MODELS

# Under the root of squared distances, which has no derivative at zero.
_TINY = 1e-12


@MODELS.register_module()
class CodeContrastLoss(nn.Module):
    """Each point's distribution over the codes is told apart from those of other pixels.

    The distributions p are softmaxes of minus the distances to the codes. The similarity of two is
    their negative symmetric cross entropy, sum p log q + q log p; a pair's own one competes with
    those of all other pairs of the rank.
    Source: not in CMCR's paper; its released code adds it ("CMCM", after Liu et al., 2022), with a
    Python loop over the pairs for what is the diagonal of a matrix product.

    Args:
        loss_weight: multiplies the loss.
    """

    def __init__(self, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(self, feat_2d: Tensor, feat_3d: Tensor, codes: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            feat_2d ((M, C) float): image features of the pairs.
            feat_3d ((M, C) float): point features.
            codes ((V, C) float): all codes; no gradient flows into them.

        Returns:
            () float32: the mean over the pairs of all ranks; a zero with gradient if M == 0.
        """
        with torch.autocast(feat_2d.device.type, enabled=False):
            codes = codes.detach().float()
            image, points = (self._log_shares(rows.float(), codes) for rows in (feat_2d, feat_3d))
            logits = points.exp() @ image.T + points @ image.exp().T
            own = torch.arange(len(logits), device=logits.device)
            total = F.cross_entropy(logits, own, reduction='sum')
            pairs = mean_over_ranks(total.new_full((), len(logits)))
            return total / pairs.clamp_min(1.0) * self.loss_weight

    @staticmethod
    def _log_shares(rows: Tensor, codes: Tensor) -> Tensor:
        """Logarithm of the softmax of minus the distances.

        Args:
            rows ((M, C) float32): features.
            codes ((V, C) float32): codes.

        Returns:
            (M, V) float32.
        """
        squares = rows.square().sum(1, keepdim=True) - 2 * rows @ codes.T + codes.square().sum(1)
        return (-squares.clamp_min(_TINY).sqrt()).log_softmax(dim=1)
