"""One linear layer."""
from __future__ import annotations

from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.models.backbones.weights import load_pretrained
from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class LinearProjector(BaseModule):
    """The linear head on the 3D encoder (ScaLR's ``classif``, CD's 3D head).

    Args:
        in_channels: width of the backbone.
        out_channels: width of the other modality's features.
        init_cfg: MMEngine initialisation.
    """

    def __init__(self, in_channels: int, out_channels: int, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg=init_cfg)
        self.linear = nn.Linear(in_channels, out_channels)

    def init_weights(self) -> None:
        """Initialise; a checkpoint must fit exactly."""
        super().init_weights()
        load_pretrained(self)

    def forward(self, feats: Tensor) -> Tensor:
        """Project rows.

        Args:
            feats ((N, C) float): backbone features.

        Returns:
            (N, D) float: projected features.
        """
        return self.linear(feats)
