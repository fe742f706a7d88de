"""KITTI's boxes in the LiDAR frame."""
from __future__ import annotations

import numpy as np

from mmcrossdistill.datasets.kitti_boxes import boxes_in_lidar, rows_in_boxes


def test_boxes_go_to_the_lidar_and_hold_their_points() -> None:
    lidar2cam = np.array([[0, -1, 0, 0.06], [0, 0, -1, -0.08], [1, 0, 0, -0.27], [0, 0, 0, 1.0]])
    box = np.array([[2.06, 1.52, 9.73, 4.0, 1.5, 1.6, -np.pi / 2 - 0.4]])
    moved = boxes_in_lidar(box, lidar2cam)
    np.testing.assert_allclose(moved, [[10.0, -2.0, -1.6, 4.0, 1.6, 1.5, 0.4]], atol=1e-12)
    ahead = np.array([np.cos(0.4), np.sin(0.4), 0])
    places = np.array([10.0, -2.0, -0.85]) + np.outer([1.99, -1.99, 2.01], ahead)
    high = [[10.0, -2.0, -0.09], [10.0, -2.0, -1.61]]
    assert rows_in_boxes(np.vstack([places, high]), moved)[0].tolist() == [0, 1]
