"""Features of a pair stay near the codes that stand for them."""
from __future__ import annotations

import torch
from torch import Tensor, nn

from mmcrossdistill.models.layers.rank_mean import mean_over_ranks
from mmcrossdistill.registry import MODELS

# Weights of the squared distances: of image features to their own code and to that of their point,
# of point features to their own code and to that of their pixel.
_WEIGHTS = {
    'lidar': ((0.0, 1.0), (1.0, 0.0)),
    'own': ((1.0, 0.0), (1.0, 0.0)),
    'cross': ((0.5, 0.25), (0.5, 0.25))}


@MODELS.register_module()
class CommitmentLoss(nn.Module):
    """Mean over the pairs of the squared distances to codes, which do not move by it.

    The mean runs over the pairs of all ranks, so N processes compute what one would.
    Source: CMCR (Zhang and Hou, IJCV 2025) Eq. 15, whose sum over the points of one code is taken
    over all pairs.

    Args:
        loss_weight: multiplies the loss.
        codeword: which code each side is held to: 'lidar', both to the code of the point (the
            paper); 'own', each to its own (VQ-VAE; the left half of the paper's Fig. 6); 'cross',
            each half to its own and a quarter to the other one's (the released code).

    Raises:
        ValueError: if ``codeword`` is unknown.
    """

    def __init__(self, loss_weight: float = 1.0, codeword: str = 'lidar') -> None:
        super().__init__()
        if codeword not in _WEIGHTS:
            raise ValueError(f'codeword must be one of {tuple(_WEIGHTS)}, got {codeword!r}')
        self.loss_weight = loss_weight
        self.codeword = codeword

    def forward(self, feat_2d: Tensor, feat_3d: Tensor, code_2d: Tensor, code_3d: Tensor,
                ) -> Tensor:
        """Compute the loss.

        Args:
            feat_2d ((M, C) float): image features of the pairs.
            feat_3d ((M, C) float): point features.
            code_2d ((M, C) float): codes nearest to the image features; no gradient flows into
                them.
            code_3d ((M, C) float): codes nearest to the point features.

        Returns:
            () float32: the loss; a zero with gradient if M == 0.

        Raises:
            ValueError: if the shapes differ.
        """
        shapes = [tuple(rows.shape) for rows in (feat_2d, feat_3d, code_2d, code_3d)]
        if len(set(shapes)) > 1:
            raise ValueError(f'features and codes of the pairs have the shapes {shapes}')
        with torch.autocast(feat_2d.device.type, enabled=False):
            total = feat_2d.float().sum() * 0.0 + feat_3d.float().sum() * 0.0
            sides = ((feat_2d, (code_2d, code_3d)), (feat_3d, (code_3d, code_2d)))
            for (feats, codes), weights in zip(sides, _WEIGHTS[self.codeword], strict=True):
                for code, weight in zip(codes, weights, strict=True):
                    if weight:
                        gap = feats.float() - code.detach().float()
                        total = total + weight * gap.square().sum()
            pairs = mean_over_ranks(total.new_full((), len(feat_2d)))
            return total / pairs.clamp_min(1.0) * self.loss_weight
