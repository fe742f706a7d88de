"""Thinning and cropping clouds."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS

from .point_selection import select_points


@TRANSFORMS.register_module()
class VoxelDownsample(BaseTransform):
    """Keep one point of each voxel; the kept points come out sorted by voxel.

    The grid starts at the minimum of the cloud.
    Source: WaffleIron and ScaLR, 0.1 m, random in training, first in file order in testing.

    Args:
        voxel_size (> 0): side, metres.
        pick: 'random' or 'first' in file order.
    """

    def __init__(self, voxel_size: float = 0.1, pick: str = 'random') -> None:
        if voxel_size <= 0:
            raise ValueError(f'voxel_size={voxel_size} is not positive')
        if pick not in ('random', 'first'):
            raise ValueError(f"pick={pick!r} is neither 'random' nor 'first'")
        self.voxel_size = voxel_size
        self.pick = pick

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Thin the cloud of one sample.

        Args:
            results: data dict.
        """
        xyz = results['points'][:, :3]
        if len(xyz) == 0:
            return results
        voxel = ((xyz - xyz.min(axis=0)) / self.voxel_size).astype(np.int32)
        # One integer per voxel: np.unique on it is six times faster than on three columns.
        size = voxel.max(axis=0).astype(np.int64) + 1
        key = (voxel[:, 0] * size[1] + voxel[:, 1]) * size[2] + voxel[:, 2]
        if self.pick == 'random':
            order = np.random.permutation(len(key))
            _, first = np.unique(key[order], return_index=True)
            index = order[first]
        else:
            _, index = np.unique(key, return_index=True)
        select_points(results, index)
        return results


@TRANSFORMS.register_module()
class LimitPoints(BaseTransform):
    """Keep the points nearest to a random one, in their order.

    Source: WaffleIron and ScaLR, 20 000 points.

    Args:
        max_points: most points to keep.
    """

    def __init__(self, max_points: int = 20000) -> None:
        if max_points < 1:
            raise ValueError(f'max_points={max_points} is not positive')
        self.max_points = max_points

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Limit the cloud of one sample.

        Args:
            results: data dict.
        """
        xyz = results['points'][:, :3]
        if len(xyz) > self.max_points:
            centre = xyz[np.random.randint(len(xyz))]
            distance = np.square(xyz - centre).sum(axis=1)
            nearest = np.argpartition(distance, self.max_points - 1)[:self.max_points]
            select_points(results, np.sort(nearest))
        return results


@TRANSFORMS.register_module()
class CropPointsToRange(BaseTransform):
    """Drop points outside a box.

    Args:
        point_range: (x_min, y_min, z_min, x_max, y_max, z_max), metres.
        margin: the box shrinks by this much on each side, metres, so that rounding never puts a
            point into a cell outside the grid (WaffleIron: 1e-4).
    """

    def __init__(self, point_range: Sequence[float], margin: float = 1e-4) -> None:
        bounds = np.asarray(point_range, dtype=np.float32)
        if bounds.shape != (6,) or (bounds[:3] >= bounds[3:]).any():
            raise ValueError(
                f'point_range={point_range} is not (x_min, y_min, z_min, x_max, y_max, z_max)')
        self.low = bounds[:3] + margin
        self.high = bounds[3:] - margin

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Crop the cloud of one sample.

        Args:
            results: data dict.
        """
        xyz = results['points'][:, :3]
        inside = ((xyz > self.low) & (xyz < self.high)).all(axis=1)
        if not inside.all():
            select_points(results, np.flatnonzero(inside))
        return results


@TRANSFORMS.register_module()
class DropCuboids(BaseTransform):
    """Drop the points of one cuboid around a random point.

    Source: SLidR: half-extent = extent of the cloud * c / 2 with one c ~ U(0, 0.2) for all axes;
    cancelled when any camera would keep fewer than 1024 pairs.

    Args:
        max_share: upper bound of c.
        min_pairs: pairs that every view must keep.
    """

    def __init__(self, max_share: float = 0.2, min_pairs: int = 1024) -> None:
        self.max_share = max_share
        self.min_pairs = min_pairs

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Drop points of one sample.

        Args:
            results: data dict; ``corr`` if present decides on cancelling.
        """
        xyz = results['points'][:, :3]
        if len(xyz) == 0:
            return results
        centre = xyz[np.random.randint(len(xyz))]
        half = np.ptp(xyz, axis=0) * np.random.uniform(0, self.max_share) / 2
        kept = ~(np.abs(xyz - centre) < half).all(axis=1)
        if 'corr' in results:
            corr = results['corr']
            pair_kept = kept[corr.point_idx.numpy()]
            pairs = np.bincount(
                corr.view_idx.numpy()[pair_kept], minlength=len(results['view_names']))
            if pairs.min() < self.min_pairs:
                return results
        select_points(results, np.flatnonzero(kept))
        return results
