"""Scoring every point of a cloud with a network that sees only some of them."""
from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform
from scipy.spatial import cKDTree

from mmcrossdistill.registry import TRANSFORMS


@TRANSFORMS.register_module()
class RememberPoints(BaseTransform):
    """Keep the cloud as it is now, for :class:`FindNearestKept`.

    For testing: put it behind LoadPointLabels, before what drops points.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Keep the cloud of one sample.

        Args:
            results: data dict; adds ``scored_xyz`` (N, 3) and ``scored_labels`` (N,).
        """
        results['scored_xyz'] = results['points'][:, :3]
        results['scored_labels'] = results['point_labels']
        return results


@TRANSFORMS.register_module()
class FindNearestKept(BaseTransform):
    """Find the kept point nearest to each remembered one; its prediction is that point's.

    Points outside the range of the network are scored, too, as the benchmarks ask.
    Source: WaffleIron and ScaLR. It must come after every transform that drops points, and no
    transform in between may move them.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Find the points of one sample.

        Args:
            results: data dict; adds ``scored_rows`` (N,) int64: rows of the kept points.

        Raises:
            KeyError: if no points were remembered.
            ValueError: if they have been moved since, or none was kept.
        """
        if 'scored_xyz' not in results:
            raise KeyError(
                'FindNearestKept needs RememberPoints before the transforms that drop points')
        if 'lidar_aug' in results or not len(results['points']):
            raise ValueError(
                f"sample {results.get('token')}: "
                + ('the cloud was rotated, flipped or scaled between RememberPoints and '
                   'FindNearestKept; test without augmentation' if 'lidar_aug' in results else
                   'no point is left to predict the others; enlarge point_range'))
        tree = cKDTree(results['points'][:, :3], balanced_tree=False)
        results['scored_rows'] = tree.query(results['scored_xyz'])[1].astype(np.int64)
        return results
