"""Several frozen 2D encoders as one."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from mmengine.model import BaseModule, ModuleList
from torch import Tensor

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class ConcatEncoders(BaseModule):
    """Last feature maps of several ViTs, concatenated channel by channel.

    With DINOv2 and FiT3D's fine-tuned DINOv2, FiT3D's "assembling"; the CLS token is that of the
    first encoder alone, as there.
    Source: FiT3D's linear evaluation; Collaborative Distillation, Tables 3 and I.

    Args:
        encoders: their configs.
        shared: arguments that all of them get, e.g. ``feature`` and ``pad_to_patch``.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if there is no encoder.
    """

    def __init__(self, encoders: Sequence[dict], shared: dict | None = None,
                 init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg=init_cfg)
        if not encoders:
            raise ValueError('ConcatEncoders needs at least one encoder')
        self.encoders = ModuleList([MODELS.build({**(shared or {}), **cfg}) for cfg in encoders])
        self.embed_dims: int = sum(encoder.embed_dims for encoder in self.encoders)
        self.cls_dims: int = self.encoders[0].cls_dims

    def forward(self, imgs: Tensor) -> tuple[Tensor]:
        """Encode images.

        Args:
            imgs ((B, 3, H, W) float): normalised images.

        Returns:
            (B, C, h, w) float: maps of all encoders, side by side.

        Raises:
            RuntimeError: if their maps differ in size.
        """
        return (torch.cat([encoder(imgs)[-1] for encoder in self.encoders], dim=1),)

    def forward_tokens(self, imgs: Tensor) -> tuple[Tensor, Tensor]:
        """Encode images into a feature map and a CLS token.

        Args:
            imgs ((B, 3, H, W) float): normalised images.

        Returns:
            (B, C, h, w) float: as :meth:`forward`.
            (B, cls_dims) float: CLS token of the first encoder.
        """
        first, *others = self.encoders
        feats, cls = first.forward_tokens(imgs)
        return torch.cat([feats, *(encoder(imgs)[-1] for encoder in others)], dim=1), cls
