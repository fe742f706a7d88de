"""Telling the ground from what stands on it."""
from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import numpy as np

from mmcrossdistill.utils.optional import require


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Keep off the terminal what compiled code writes: Patchwork++ greets, whatever it is told."""
    saved, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 1)
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)
        os.close(null)


class PatchworkGround:
    """Patchwork++ with its own parameters.

    Args:
        sensor_height: of the LiDAR above the road, metres.
        max_range: of the points to judge, metres.
    """

    def __init__(self, sensor_height: float, max_range: float) -> None:
        patchwork = require('pypatchworkpp', extra='preprocess')
        parameters = patchwork.Parameters()
        parameters.sensor_height = sensor_height
        parameters.max_range = max_range
        parameters.enable_RNR = False
        parameters.verbose = False
        with _silent():
            self.finder = patchwork.patchworkpp(parameters)

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Find the ground of one cloud.

        Args:
            points ((N, 4) float32): x, y, z, intensity; z up, metres.

        Returns:
            (N,) bool: whether a point is ground.
        """
        self.finder.estimateGround(points)
        ground = np.zeros(len(points), dtype=bool)
        ground[self.finder.getGroundIndices()] = True
        return ground


class RansacGround:
    """One plane per cloud, for where Patchwork++ is not installed.

    Source: the fallback of TARL and SegContrast: 200 draws, 0.25 m.

    Args:
        threshold: distance from the plane, metres.
        draws: planes that are tried.
        max_tilt: between the plane and z = 0, as a slope.
        seed: of the draws.
    """

    def __init__(self, threshold: float = 0.25, draws: int = 200, max_tilt: float = 0.2,
                 seed: int = 0) -> None:
        self.threshold = threshold
        self.draws = draws
        self.max_tilt = max_tilt
        self.seed = seed

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Find the ground of one cloud.

        Args:
            points ((N, 3+) float32): x, y, z first; z up, metres.

        Returns:
            (N,) bool: whether a point is ground; none of a cloud without a plane.
        """
        xyz = points[:, :3].astype(np.float64)
        if len(xyz) < 3:
            return np.zeros(len(xyz), dtype=bool)
        generator = np.random.default_rng(self.seed)
        sample = xyz[generator.integers(len(xyz), size=min(len(xyz), 2000))]
        corners = xyz[generator.integers(len(xyz), size=(self.draws, 3))]
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        flat = np.hypot(normals[:, 0], normals[:, 1]) < self.max_tilt * np.abs(normals[:, 2])
        if not flat.any():
            return np.zeros(len(xyz), dtype=bool)
        normals = normals[flat] / np.linalg.norm(normals[flat], axis=1, keepdims=True)
        offsets = (normals * corners[flat, 0]).sum(axis=1)
        votes = (np.abs(sample @ normals.T - offsets) < self.threshold).sum(axis=0)
        best = votes.argmax()
        return np.abs(xyz @ normals[best] - offsets[best]) < self.threshold
