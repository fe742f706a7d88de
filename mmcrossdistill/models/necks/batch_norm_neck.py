"""Batch norm of feature maps."""
from __future__ import annotations

from collections.abc import Sequence

from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class BatchNormNeck(BaseModule):
    """Batch norm of the last feature map.

    With mmseg's ``FCNHead(num_convs=0, concat_input=False)`` behind it, DINOv2's linear
    segmentation head. ``sync_bn='torch'`` in a config makes it the synchronised one on several
    GPUs.
    Source: DINOv2's linear evaluation (batch norm and 1x1 convolution).

    Args:
        channels: of the map.
        init_cfg: MMEngine initialisation.
    """

    def __init__(self, channels: int, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg=init_cfg)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, feats: Sequence[Tensor]) -> tuple[Tensor]:
        """Normalise.

        Args:
            feats ((B, C, h, w) float each): the encoder's maps.

        Returns:
            (B, C, h, w) float: the last one, normalised.
        """
        return (self.norm(feats[-1]),)
