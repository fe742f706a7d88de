"""PointContrast on driving scans."""
from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmcrossdistill.models.poolers import FeaturePairs
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import PointBatch, VoxelBatch

from .cloud_contrast import CloudContrast


@MODELS.register_module()
class PointContrast(CloudContrast):
    """The same point in two views of a scan is positive, other points are negative.

    Our LiDAR version: SLidR compares with one on pairs of keyframes whose construction and code
    are not public. Here both views are augmentations of one scan, so that every match is right.
    Source: PointContrast (Xie et al., ECCV 2020), PointInfoNCE.

    Args:
        head: config of a :class:`ContrastHead`.
        num_pairs (> 0): matches drawn per batch and process.
        kwargs: see :class:`CloudContrast`.

    Raises:
        ValueError: if ``num_pairs`` is not positive.
    """

    def __init__(self, head: dict, num_pairs: int = 4096, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if num_pairs <= 0:
            raise ValueError(f'num_pairs must be positive, got {num_pairs}')
        self.head = MODELS.build(head)
        self.num_pairs = num_pairs

    def loss(self, views: tuple[PointBatch | VoxelBatch, PointBatch | VoxelBatch],
             matches: Tensor) -> dict[str, Tensor]:
        """Contrast the drawn matches.

        Args:
            views: both views of all clouds.
            matches ((M, 2) int64): rows of both of the points that both have.
        """
        if len(matches) > self.num_pairs:
            matches = matches[
                torch.randperm(len(matches), device=matches.device)[:self.num_pairs]]
        query, key = (self.extract_3d(view).index_select(0, rows)
                      for view, rows in zip(views, matches.unbind(1), strict=True))
        # The second view takes the place of the images.
        return self.head.loss(FeaturePairs(feat_2d=key, feat_3d=query))
