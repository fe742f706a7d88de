"""Several convolutions with spatial context."""
from __future__ import annotations

from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class ConvMapProjector(BaseModule):
    """A context-rich image head: 3x3 convolutions where SLidR has a 1x1 convolution.

    SLidR 3.3 reports that such heads degenerate: an output that sees its surroundings can be told
    apart by its place in the image, without knowing what it shows. The paper gives no
    architecture; this one (convolutions of one width with ReLU between) is ours.

    Args:
        in_channels: width of the backbone.
        out_channels: width of the common space, and of the layers between.
        num_layers (> 0): convolutions.
        kernel_size: odd.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if ``num_layers`` is not positive or ``kernel_size`` is even.
    """

    def __init__(self, in_channels: int, out_channels: int, num_layers: int = 3,
                 kernel_size: int = 3, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg=init_cfg)
        if num_layers < 1 or kernel_size % 2 == 0:
            raise ValueError(
                f'ConvMapProjector needs num_layers >= 1 and an odd kernel_size, got {num_layers} '
                f'and {kernel_size}')
        layers: list[nn.Module] = []
        for index in range(num_layers):
            layers += [nn.ReLU(inplace=True)] if index else []
            layers.append(nn.Conv2d(
                out_channels if index else in_channels, out_channels, kernel_size,
                padding=kernel_size // 2))
        self.layers = nn.Sequential(*layers)

    def forward(self, feats: Tensor) -> Tensor:
        """Project maps.

        Args:
            feats ((B, C, h, w) float): feature maps.

        Returns:
            (B, D, h, w) float: projected maps.
        """
        return self.layers(feats)
