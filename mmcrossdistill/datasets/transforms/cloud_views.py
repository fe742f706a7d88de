"""Two augmented views of one cloud, and which points they share."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.structures import DistillDataSample

from .formatting import META_KEYS


@TRANSFORMS.register_module()
class TwoCloudViews(BaseTransform):
    """Augment a cloud twice, each time with fresh random numbers.

    Needs ``points``; adds ``cloud_views``, two (N_i, 4) float32 clouds, and ``matches`` (M, 2)
    int64, the rows in both of each point that both have.
    Source: PointContrast and DepthContrast contrast two views; on driving data both views come
    from one scan, which is ours (the adaptations that SLidR compares with are not public).

    Args:
        transforms: of points, applied to each view.
    """

    def __init__(self, transforms: Sequence[Mapping[str, Any]]) -> None:
        self.transforms = [TRANSFORMS.build(step) for step in transforms]

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Make the views of one sample.

        Args:
            results: data dict.
        """
        views = [self._augment(results['points']) for _ in range(2)]
        _, first, second = np.intersect1d(
            views[0][1], views[1][1], assume_unique=True, return_indices=True)
        results['cloud_views'] = [points for points, _ in views]
        results['matches'] = np.stack([first, second], axis=1)
        return results

    def _augment(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Apply the transforms to a copy.

        Args:
            points ((N, 4) float32): cloud.

        Returns:
            (N', 4) float32: the view. (N',) int64: which points of the cloud it has.
        """
        # Labels follow their points through every transform; here a point's label is its number.
        view = dict(points=points.copy(), point_labels=np.arange(len(points)))
        for transform in self.transforms:
            view = transform(view)
        return view['points'], view['point_labels']


@TRANSFORMS.register_module()
class PackCloudViews(BaseTransform):
    """Pack two views of a cloud.

    Args:
        meta_keys: keys copied to the metainfo of the data sample when present.
    """

    def __init__(self, meta_keys: Sequence[str] = META_KEYS) -> None:
        self.meta_keys = meta_keys

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack.

        Args:
            results: data dict of TwoCloudViews.

        Returns:
            ``inputs`` {'cloud_views': two (N_i, 4) float32, 'matches': (M, 2) int64} and
            ``data_samples``, a DistillDataSample.
        """
        inputs = dict(
            cloud_views=[torch.from_numpy(points) for points in results['cloud_views']],
            matches=torch.from_numpy(results['matches']))
        return dict(inputs=inputs, data_samples=DistillDataSample(
            metainfo={key: results[key] for key in self.meta_keys if key in results}))
