"""Moving clouds and boxes: rotation, flip, scale. Pairs name the same points before and after."""
from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS

from .boxes import move_boxes


def move_points(results: dict[str, Any], matrix: np.ndarray) -> None:
    """Apply a linear map to cloud and boxes, where there are, and undo it in the extrinsics.

    Args:
        results: data dict, changed in place; ``lidar_aug`` (4, 4) accumulates the maps.
        matrix ((3, 3) float): the map.
    """
    if 'points' in results:
        points = results['points'].copy()
        points[:, :3] = points[:, :3] @ matrix.T.astype(np.float32)
        results['points'] = points
    if 'boxes' in results:
        results['boxes'] = move_boxes(results['boxes'], matrix)
    if 'aligned_xyz' in results:
        results['aligned_xyz'] = results['aligned_xyz'] @ matrix.T.astype(np.float32)
    full = np.eye(4)
    full[:3, :3] = matrix
    results['lidar_aug'] = full @ results.get('lidar_aug', np.eye(4))
    if 'view_lidar2cam' in results:
        results['view_lidar2cam'] = results['view_lidar2cam'] @ np.linalg.inv(full)


@TRANSFORMS.register_module()
class RandomRotateZ(BaseTransform):
    """Rotate about z by a uniform angle.

    Args:
        max_angle: the angle is drawn from [-max_angle, max_angle), radians.
    """

    def __init__(self, max_angle: float = np.pi) -> None:
        self.max_angle = max_angle

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Rotate the cloud of one sample.

        Args:
            results: data dict.
        """
        angle = np.random.uniform(-self.max_angle, self.max_angle)
        cos, sin = np.cos(angle), np.sin(angle)
        move_points(results, np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]))
        return results


@TRANSFORMS.register_module()
class RandomFlipPoints(BaseTransform):
    """Mirror x or y.

    Args:
        prob: in mode 'one_axis' the chance to flip one axis, x or y alike (ScaLR: 2/3); in mode
            'independent' the chance of each axis (SLidR: 1/2).
        mode: 'one_axis' or 'independent'.
    """

    def __init__(self, prob: float = 2 / 3, mode: str = 'one_axis') -> None:
        if mode not in ('one_axis', 'independent'):
            raise ValueError(f"mode={mode!r} is neither 'one_axis' nor 'independent'")
        self.prob = prob
        self.mode = mode

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Flip the cloud of one sample.

        Args:
            results: data dict.
        """
        flipped = np.random.rand(2) < self.prob
        if self.mode == 'one_axis':
            axis = np.random.randint(2)
            flipped = np.array([flipped[0] and axis == 0, flipped[0] and axis == 1])
        if flipped.any():
            move_points(results, np.diag(np.append(np.where(flipped, -1.0, 1.0), 1.0)))
        return results


@TRANSFORMS.register_module()
class RandomScalePoints(BaseTransform):
    """Scale the cloud by one factor.

    Args:
        ratio: the factor is drawn from [1 - ratio, 1 + ratio) (ScaLR: 0.1).
    """

    def __init__(self, ratio: float = 0.1) -> None:
        if not 0 <= ratio < 1:
            raise ValueError(f'ratio={ratio} is not in [0, 1)')
        self.ratio = ratio

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Scale the cloud of one sample.

        Args:
            results: data dict.
        """
        move_points(results, np.eye(3) * np.random.uniform(1 - self.ratio, 1 + self.ratio))
        return results
