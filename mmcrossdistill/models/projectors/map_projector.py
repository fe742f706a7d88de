"""One linear layer on the cells of a map."""
from __future__ import annotations

from torch import Tensor

from mmcrossdistill.registry import MODELS

from .linear_projector import LinearProjector


@MODELS.register_module()
class MapProjector(LinearProjector):
    """The linear head on the 2D encoder: a 1x1 convolution (CD Table J, row 1).

    Args:
        in_channels: width of the backbone.
        out_channels: width of the other modality's features.
        init_cfg: MMEngine initialisation.
    """

    def forward(self, feats: Tensor) -> Tensor:
        """Project maps.

        Args:
            feats ((B, C, h, w) float): feature maps.

        Returns:
            (B, D, h, w) float: projected maps, a view in channels_last order.
        """
        return super().forward(feats.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
