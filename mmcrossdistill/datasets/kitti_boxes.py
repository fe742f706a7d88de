"""KITTI's boxes in the LiDAR frame."""
from __future__ import annotations

import numpy as np


def boxes_in_lidar(boxes: np.ndarray, lidar2cam: np.ndarray) -> np.ndarray:
    """Bring boxes from the camera's frame into the LiDAR's.

    Args:
        boxes ((N, 7) float): centre of the bottom, length, height, width, rotation about
            the axis downwards, as ``bbox_3d`` of the infos.
        lidar2cam ((4, 4) float): metres.

    Returns:
        (N, 7) float64: centre of the bottom, length, width, height, yaw about +z.
    """
    # The inverse of a rigid transform.
    centres = (boxes[:, :3] - lidar2cam[:3, 3]) @ lidar2cam[:3, :3]
    yaw = -boxes[:, 6:] - np.pi / 2
    return np.concatenate([centres, boxes[:, [3, 5, 4]], yaw], axis=1)


def rows_in_boxes(points: np.ndarray, boxes: np.ndarray) -> list[np.ndarray]:
    """Find the points of each box.

    Args:
        points ((N, 3+) float): metres.
        boxes ((M, 7) float): of :func:`boxes_in_lidar`.

    Returns:
        M arrays of rows.
    """
    found = []
    for x, y, z, length, width, height, yaw in boxes:
        offset = points[:, :3] - np.array([x, y, z + height / 2], dtype=points.dtype)
        cos, sin = np.cos(yaw), np.sin(yaw)
        along, across = offset[:, 0] * cos + offset[:, 1] * sin, offset[:, 1] * cos - (
            offset[:, 0] * sin)
        found.append(np.flatnonzero(
            (np.abs(along) <= length / 2) & (np.abs(across) <= width / 2)
            & (np.abs(offset[:, 2]) <= height / 2)))
    return found
