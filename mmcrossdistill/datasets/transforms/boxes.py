"""Boxes of a keyframe, and how they move with the scene."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS


def move_boxes(boxes: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Apply a rotation about z, a flip of x or y, or a scale to boxes.

    Args:
        boxes ((N, 9) float32): centre, length, width, height (metres), yaw (radians), vx, vy (m/s).
        matrix ((3, 3) float): a product of such maps.

    Returns:
        (N, 9) float32: yaw in (-pi, pi].
    """
    moved = boxes.copy()
    moved[:, :3] = boxes[:, :3] @ matrix.T
    moved[:, 3:6] *= np.cbrt(abs(np.linalg.det(matrix)))
    heading = np.stack([np.cos(boxes[:, 6]), np.sin(boxes[:, 6])], axis=1) @ matrix[:2, :2].T
    moved[:, 6] = np.arctan2(heading[:, 1], heading[:, 0])
    moved[:, 7:] = boxes[:, 7:] @ matrix[:2, :2].T
    return moved


@TRANSFORMS.register_module()
class LoadBoxes(BaseTransform):
    """Collect the boxes of the infos that belong to a class.

    Needs ``instances`` (``with_instances=True`` of the data set); adds ``boxes`` (N, 9) float32:
    centre, length, width, height, yaw in the LiDAR frame, vx, vy (NaN where unknown), and
    ``box_labels`` (N,) int64. A frame may have none.

    Args:
        only_valid: leave out boxes in which no sensor has a point, which nuScenes does not score.
    """

    def __init__(self, only_valid: bool = True) -> None:
        self.only_valid = only_valid

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Collect the boxes of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if there are no ``instances``.
            ValueError: if a box is not finite or has no size.
        """
        if 'instances' not in results:
            raise KeyError(
                f"sample {results.get('token')} has no 'instances'; set with_instances=True in the "
                'data set')
        kept = [item for item in results['instances'] if item['bbox_label_3d'] >= 0
                and (item['bbox_3d_isvalid'] or not self.only_valid)]
        boxes = np.array(
            [[*item['bbox_3d'], *item['velocity']] for item in kept], dtype=np.float32)
        boxes = boxes.reshape(-1, 9)
        wrong = ~np.isfinite(boxes[:, :7]).all(axis=1) | (boxes[:, 3:6] <= 0).any(axis=1)
        if wrong.any():
            raise ValueError(
                f"sample {results.get('token')}: bbox_3d {boxes[wrong][0, :7].tolist()} of the "
                'infos is not finite or has no size; correct the annotation and rebuild the infos')
        results['boxes'] = boxes
        results['box_labels'] = np.array([item['bbox_label_3d'] for item in kept], dtype=np.int64)
        return results


@TRANSFORMS.register_module()
class CropBoxesToRange(BaseTransform):
    """Drop boxes whose centre, seen from above, lies outside a rectangle.

    Args:
        box_range: lower, then upper bounds of x, y, z, metres; z is not looked at, as in mmdet3d.
    """

    def __init__(self, box_range: Sequence[float]) -> None:
        bounds = np.asarray(box_range, dtype=np.float32)
        self.lower, self.upper = bounds[:2], bounds[3:5]

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Drop boxes of one sample.

        Args:
            results: data dict.
        """
        centers = results['boxes'][:, :2]
        inside = ((centers > self.lower) & (centers < self.upper)).all(axis=1)
        results['boxes'] = results['boxes'][inside]
        results['box_labels'] = results['box_labels'][inside]
        return results
