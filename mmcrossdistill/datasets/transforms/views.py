"""Choosing the cameras of a sample."""
from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS


@TRANSFORMS.register_module()
class SelectViews(BaseTransform):
    """Keep some cameras, drawn at random, and collect their matrices.

    Needs ``view_names`` and ``images``; changes ``view_names`` and adds ``view_cam2img`` (V, 3, 3)
    and ``view_lidar2cam`` (V, 4, 4), float64. Image and point transforms keep these matrices true
    to what they do, so that projecting after an augmentation equals moving the pairs.
    Source: ScaLR and CD use one random camera per sample; SLidR all six.

    Args:
        num_views: how many, drawn without replacement, or 'all' in their given order.
    """

    def __init__(self, num_views: int | str = 'all') -> None:
        if num_views != 'all' and (isinstance(num_views, str) or num_views < 1):
            raise ValueError(f"num_views={num_views!r} is neither 'all' nor a positive integer")
        self.num_views = num_views

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Select the views of one sample.

        Args:
            results: data dict.

        Raises:
            ValueError: if the sample has fewer views than asked for.
        """
        names = list(results['view_names'])
        if self.num_views != 'all':
            if self.num_views > len(names):
                raise ValueError(
                    f"SelectViews(num_views={self.num_views}): sample {results.get('token')} has "
                    f'the views {names}')
            chosen = np.random.choice(len(names), self.num_views, replace=False)
            names = [names[index] for index in chosen]
        images = [results['images'][name] for name in names]
        lidar2cam = np.array([image['lidar2cam'] for image in images], dtype=np.float64)
        if 'lidar_aug' in results:
            lidar2cam = lidar2cam @ np.linalg.inv(results['lidar_aug'])
        results['view_names'] = names
        results['view_cam2img'] = np.array(
            [image['cam2img'] for image in images], dtype=np.float64)[:, :3, :3]
        results['view_lidar2cam'] = lidar2cam
        return results
