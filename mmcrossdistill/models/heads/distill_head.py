"""Distance loss over pairs, with diagnostics."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor

from mmcrossdistill.models.poolers import FeaturePairs
from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class DistillHead(BaseModule):
    """Apply a loss with the stop-gradient on the side the direction says.

    Args:
        loss: config of a loss called as ``loss(source, target, weight)``.
        init_cfg: MMEngine initialisation.
    """

    def __init__(self, loss: dict, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg=init_cfg)
        self.loss_module = MODELS.build(loss)

    def loss(self, pairs: FeaturePairs, direction: str) -> dict[str, Tensor]:
        """Compute the losses of one direction.

        Args:
            pairs: features of both sides.
            direction: 'image_to_lidar' (3D learns), 'lidar_to_image' (2D learns) or 'both'.

        Returns:
            ``loss_distill`` (or ``loss_image_to_lidar`` and ``loss_lidar_to_image``), and
            ``cosine``, the mean cosine similarity of the pairs, which carries no gradient.
        """
        losses: dict[str, Tensor] = {}
        if direction == 'both':
            losses['loss_image_to_lidar'] = self._one_way(pairs, 'image_to_lidar')
            losses['loss_lidar_to_image'] = self._one_way(pairs, 'lidar_to_image')
        else:
            losses['loss_distill'] = self._one_way(pairs, direction)
        with torch.no_grad():
            cosine = F.cosine_similarity(pairs.feat_2d.float(), pairs.feat_3d.float(), dim=1)
            losses['cosine'] = cosine.sum() / max(cosine.shape[0], 1)
        return losses

    def _one_way(self, pairs: FeaturePairs, direction: str) -> Tensor:
        """Loss of one direction."""
        if direction == 'image_to_lidar':
            return self.loss_module(pairs.feat_3d, pairs.feat_2d, pairs.weight)
        return self.loss_module(pairs.feat_2d, pairs.feat_3d, pairs.weight)
