"""What the methods share that learn a 3D encoder through a learned image head."""
from __future__ import annotations

from torch import Tensor, nn

from mmcrossdistill.registry import MODELS

from .base_distiller import BaseDistiller


@MODELS.register_module()
class ImageToLidarDistiller(BaseDistiller):
    """Distillation from a frozen image encoder, whose projector learns with the 3D branch.

    Source: PPKT and SLidR: only the 2D encoder is fixed, both heads are trained.

    Args:
        kwargs: see :class:`BaseDistiller`; ``cache_frozen_2d`` keeps the maps of the encoder.
    """

    directions = ('image_to_lidar',)

    @property
    def frozen_modules(self) -> tuple[nn.Module, ...]:
        """The image encoder alone."""
        return (self.backbone_2d,)

    def encode_2d(self, imgs: Tensor) -> Tensor:
        """Maps of the frozen encoder.

        Args:
            imgs ((B, 3, H, W) float): normalised images.

        Returns:
            (B, E, h, w) float: without gradient.
        """
        return super().extract_2d(imgs)

    def extract_2d(self, imgs: Tensor) -> Tensor:
        """Image features.

        Args:
            imgs ((B, 3, H, W) float): normalised images.

        Returns:
            (B, C, h, w) float: projected maps; gradients end at the encoder.
        """
        return self.projector_2d(self.encode_2d(imgs))

    def _encode_2d(self, imgs: Tensor) -> Tensor:
        """The backbone without the projector: what may be cached and needs no gradient."""
        return self.backbone_2d(imgs)[-1]
