"""Base of the probes on images."""
from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from mmcrossdistill.models.layers.feature_cache import FeatureCache
from mmcrossdistill.models.layers.pixel_sampling import sample_features_at_pixels

from .base_probe import BaseProbe, build_preprocessor


class PixelProbe(BaseProbe):
    """A linear head on the last 2D feature map, read at the pixels of the pairs.

    Labels come from LiDAR points, so dense maps are never made: the head works on the
    low-resolution map and its outputs are sampled bilinearly (align_corners=True) at the pairs.

    Args:
        backbone_2d: config of the image encoder; which features it gives (before or after the
            final norm) is its own setting.
        out_channels: values per pixel.
        losses: see :class:`BaseProbe`.
        norm: see :class:`BaseProbe`.
        freeze_backbone: linear probing if true, fine-tuning if false.
        cache_features: keep the feature maps of the training images in memory, so that later
            epochs skip the frozen encoder. Same results; useful only without image augmentation.
        pixel_rounding: see :func:`sample_features_at_pixels`.
        data_preprocessor: config of the data preprocessor; images only by default.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if features of a trainable encoder shall be cached.
    """

    def __init__(
        self,
        backbone_2d: dict,
        out_channels: int,
        losses: dict[str, dict],
        norm: str | None = None,
        freeze_backbone: bool = True,
        cache_features: bool = False,
        pixel_rounding: str = 'floor',
        data_preprocessor: dict | nn.Module | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        if cache_features and not freeze_backbone:
            raise ValueError('cache_features=True needs freeze_backbone=True')
        super().__init__(
            'backbone_2d', backbone_2d, out_channels, losses, norm, 'normal', freeze_backbone,
            build_preprocessor(data_preprocessor, with_points=False), init_cfg)
        self.pixel_rounding = pixel_rounding
        self._cache = FeatureCache() if cache_features else None

    def extract_feats(self, imgs: Tensor) -> Tensor:
        """Encode images.

        Args:
            imgs ((B, 3, H, W) float): normalised images.

        Returns:
            (B, C, h, w) float: the last feature map.
        """
        if self._cache is not None and self.training:
            return self._cache(imgs, lambda views: self.backbone_2d(views)[-1])
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.freeze_backbone):
            return self.backbone_2d(imgs)[-1]

    def compute_values(self, inputs: dict[str, Any]) -> Tensor:
        """Outputs of the head at the pairs.

        Args:
            inputs: output of the data preprocessor.

        Returns:
            (M, K) float: one row per pair.
        """
        imgs, corr = inputs['imgs'], inputs['corr']
        outputs = self.head.on_map(self.extract_feats(imgs))
        return sample_features_at_pixels(
            outputs, corr.view_idx, corr.pixel_uv, tuple(imgs.shape[-2:]), self.pixel_rounding)
