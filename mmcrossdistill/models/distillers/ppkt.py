"""PPKT: a contrast between pixels and points."""
from __future__ import annotations

from typing import Any

import torch

from mmcrossdistill.models.poolers import FeaturePairs
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence

from .image_to_lidar_distiller import ImageToLidarDistiller


@MODELS.register_module()
class PPKT(ImageToLidarDistiller):
    """Pixel-to-point knowledge transfer, as SLidR's authors brought it to driving scenes.

    Pairs are drawn from the whole batch before any feature is read; one voxel may be drawn several
    times, with the same or another pixel. A batch with fewer pairs takes all it has; the published
    code stops there.
    Source: PPKT (Liu et al., arXiv:2104.04687); the version of SLidR 4.2, without superpixels and,
    in its table, with a strided ResNet-50.

    Args:
        num_pairs (> 0): drawn per batch and process; ``None`` takes all.
        kwargs: see :class:`ImageToLidarDistiller`.

    Raises:
        ValueError: if ``num_pairs`` is not positive.
    """

    def __init__(self, num_pairs: int | None = 4096, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if num_pairs is not None and num_pairs <= 0:
            raise ValueError(f'num_pairs must be positive, got {num_pairs}')
        self.num_pairs = num_pairs

    def extract_pairs(self, inputs: dict[str, Any]) -> FeaturePairs:
        """Features of both sides at the drawn pairs.

        Args:
            inputs: output of the data preprocessor.
        """
        return super().extract_pairs(inputs | dict(corr=self.draw_pairs(inputs['corr'])))

    def draw_pairs(self, corr: Correspondence) -> Correspondence:
        """Draw pairs with equal chances, without repetition.

        Args:
            corr: all pairs of the batch.
        """
        if self.num_pairs is None or len(corr) <= self.num_pairs:
            return corr
        return corr.select(
            torch.randperm(len(corr), device=corr.point_idx.device)[:self.num_pairs])
