"""Places along the rays of a scan, for occupancy estimation."""
from __future__ import annotations

from typing import Any

import numpy as np
import torch
from mmcv.transforms import BaseTransform
from scipy.spatial import cKDTree

from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.structures import OccupancyQueries
from mmcrossdistill.structures.occupancy_queries import FAR, INSIDE, OUTSIDE

from .point_selection import refuse_several_clouds


@TRANSFORMS.register_module()
class SampleOccupancyQueries(BaseTransform):
    """Draw places that a scan shows to be occupied or empty, and find the points near them.

    A third lies behind returns (occupied), a third before them (empty), both within ``delta``; the
    last third anywhere between the sensor and a return (empty). Adds ``queries``
    (OccupancyQueries). The sensor is the origin of the cloud, which rotations, flips and scalings
    leave in place; so it may come after them, and must come after every transform that drops
    points.
    Source: ALSO (Boulch et al., CVPR 2023) 3.2 and its code; CMCR (Zhang and Hou, IJCV 2025) 4.4
    takes 2000 places and a radius of 1 m. Of more than ``max_neighbors`` points the nearest are
    kept, the published search keeps any.

    Args:
        num_queries (> 0): Q per cloud.
        delta (> 0): largest distance of near places from their return, metres.
        radius (> 0): of the neighbourhood, metres.
        max_neighbors (> 0): most points of a place.

    Raises:
        ValueError: if a setting is not positive.
    """

    def __init__(self, num_queries: int = 2000, delta: float = 0.1, radius: float = 1.0,
                 max_neighbors: int = 32) -> None:
        if min(num_queries, delta, radius, max_neighbors) <= 0:
            raise ValueError(
                'num_queries, delta, radius and max_neighbors must be positive, got '
                f'{num_queries}, {delta}, {radius} and {max_neighbors}')
        self.num_queries = num_queries
        self.delta = delta
        self.radius = radius
        self.max_neighbors = max_neighbors

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Draw the places of one sample.

        Args:
            results: data dict.
        """
        refuse_several_clouds(results)
        xyz = results['points'][:, :3]
        kind = self._kinds(len(xyz))
        source = np.concatenate([
            self._draw_points(len(xyz), int((kind == value).sum()))
            for value in (INSIDE, OUTSIDE, FAR)])
        places = self._place(xyz[source], kind)
        query, point = self._find_neighbors(xyz, places)
        results['queries'] = OccupancyQueries(
            torch.from_numpy(kind), torch.from_numpy(source), torch.from_numpy(query),
            torch.from_numpy(point), torch.from_numpy(places[query] - xyz[point]))
        return results

    def _kinds(self, num_points: int) -> np.ndarray:
        """Divide the places, INSIDE first; what is left of the thirds is INSIDE.

        Args:
            num_points: of the cloud; there are no places without points.

        Returns:
            (Q,) int64.
        """
        total = self.num_queries if num_points else 0
        third = total // 3
        return np.repeat(np.array([INSIDE, OUTSIDE, FAR]), [total - 2 * third, third, third])

    @staticmethod
    def _draw_points(num_points: int, count: int) -> np.ndarray:
        """Draw points, as long as there are enough without repetition.

        Args:
            num_points: to draw from.
            count: to draw.

        Returns:
            (count,) int64.
        """
        rounds = -(-count // max(num_points, 1))
        drawn = [np.random.permutation(num_points) for _ in range(rounds)]
        return np.concatenate([np.zeros(0, dtype=np.int64), *drawn])[:count]

    def _place(self, returns: np.ndarray, kind: np.ndarray) -> np.ndarray:
        """Put places on the rays.

        Args:
            returns ((Q, 3) float32): where the rays end.
            kind ((Q,) int64): of the places.

        Returns:
            (Q, 3) float32.
        """
        ranges = np.linalg.norm(returns, axis=1)
        share = np.random.rand(len(kind))
        step = np.select([kind == INSIDE, kind == OUTSIDE], [self.delta, -self.delta]) * share
        # A return at the sensor itself has no direction.
        scale = np.where(kind == FAR, share, 1 + step / np.maximum(ranges, 1e-6))
        return returns * scale[:, None].astype(np.float32)

    def _find_neighbors(self, xyz: np.ndarray, places: np.ndarray,
                        ) -> tuple[np.ndarray, np.ndarray]:
        """Find the nearest points of each place within the radius.

        Args:
            xyz ((N, 3) float32): points.
            places ((Q, 3) float32): places.

        Returns:
            (P,) int64: places in ascending order, and (P,) int64: their points, nearest first.
        """
        if len(places) == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        found = cKDTree(xyz, balanced_tree=False).query(
            places, k=np.arange(1, self.max_neighbors + 1), distance_upper_bound=self.radius)[1]
        query, column = np.nonzero(found < len(xyz))
        return query, found[query, column].astype(np.int64)
