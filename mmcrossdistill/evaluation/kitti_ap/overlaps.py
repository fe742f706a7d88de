"""Overlaps of KITTI's boxes: in the image, on the ground, in space."""
from __future__ import annotations

import numpy as np
import torch

from mmcrossdistill.datasets.kitti_labels import KittiObjects
from mmcrossdistill.models.layers.box_ops import rotated_overlap

KINDS = ('bbox', 'bev', '3d')


def pair_overlaps(first: KittiObjects, second: KittiObjects, kind: str) -> np.ndarray:
    """Intersection over union of all pairs.

    Args:
        first: N objects.
        second: M objects.
        kind: 'bbox' (image), 'bev' (ground) or '3d'.

    Returns:
        (N, M) float64: in [0, 1].
    """
    if kind == 'bbox':
        shared = _image_intersection(first.bbox, second.bbox)
        return _over_union(shared, _image_area(first.bbox), _image_area(second.bbox))
    shared = rotated_overlap(_ground(first), _ground(second)).numpy()
    if kind == 'bev':
        return _over_union(
            shared, first.size[:, 0] * first.size[:, 2], second.size[:, 0] * second.size[:, 2])
    # y points down and is that of the bottom.
    top = np.maximum((first.location[:, 1] - first.size[:, 1])[:, None],
                     second.location[:, 1] - second.size[:, 1])
    bottom = np.minimum(first.location[:, 1][:, None], second.location[:, 1])
    return _over_union(
        shared * np.clip(bottom - top, 0, None), first.size.prod(1), second.size.prod(1))


def share_within(first: KittiObjects, second: KittiObjects) -> np.ndarray:
    """Share of the first boxes' area that lies in the second ones, in the image.

    Args:
        first: N objects.
        second: M objects.

    Returns:
        (N, M) float64: in [0, 1].
    """
    shared = _image_intersection(first.bbox, second.bbox)
    return shared / np.maximum(_image_area(first.bbox), np.finfo(float).tiny)[:, None]


def _ground(objects: KittiObjects) -> torch.Tensor:
    """Rectangles on the ground, x and z; the rotation about the axis downwards turns x from z.

    Returns:
        (N, 5) float64: x, z, length, width, angle.
    """
    return torch.from_numpy(np.concatenate([
        objects.location[:, [0, 2]], objects.size[:, [0, 2]], -objects.rotation_y[:, None]],
        axis=1))


def _image_area(boxes: np.ndarray) -> np.ndarray:
    """Areas of (N, 4) boxes, square pixels."""
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _image_intersection(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Shared areas of (N, 4) and (M, 4) boxes, square pixels."""
    low = np.maximum(first[:, None, :2], second[:, :2])
    high = np.minimum(first[:, None, 2:], second[:, 2:])
    return np.clip(high - low, 0, None).prod(axis=2)


def _over_union(shared: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Divide (N, M) intersections by the unions; 0 where nothing is shared."""
    union = first[:, None] + second - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=shared > 0)
