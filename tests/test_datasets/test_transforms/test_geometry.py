"""Tests of the projection."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.datasets.transforms.geometry import (
    lidar2img_matrix,
    nearest_per_pixel,
    project_points,
    visible_in_zbuffer,
)

CAM2IMG = np.array([[60.0, 0, 48], [0, 60, 30], [0, 0, 1]])
SIZE = (60, 96)


def random_pose(seed: int) -> np.ndarray:
    """A rigid transform of random rotation."""
    generator = np.random.default_rng(seed)
    rotation = np.linalg.qr(generator.normal(size=(3, 3)))[0]
    pose = np.eye(4)
    pose[:3, :3] = rotation * np.sign(np.linalg.det(rotation))
    pose[:3, 3] = generator.normal(size=3)
    return pose


@pytest.mark.parametrize('seed', range(3))
@pytest.mark.parametrize('border', ['strict', 'inside'])
def test_equals_projecting_one_point_after_the_other(seed: int, border: str) -> None:
    points = np.random.default_rng(seed).uniform(-20, 20, (500, 4)).astype(np.float32)
    pose = random_pose(seed)
    index, uv, depth = project_points(points, lidar2img_matrix(CAM2IMG, pose), SIZE, 1.0, border)
    expected = []
    for row, point in enumerate(points.astype(np.float64)):
        x, y, z = pose[:3, :3] @ point[:3] + pose[:3, 3]
        if z <= 1:
            continue
        u, v = 60 * x / z + 48, 60 * y / z + 30
        strict = 0 < u < 95 and 0 < v < 59
        inside = 0 <= u < 96 and 0 <= v < 60
        if strict if border == 'strict' else inside:
            expected.append((row, u, v, z))
    expected = np.array(expected)
    assert len(expected) > 5
    assert index.tolist() == expected[:, 0].astype(int).tolist()
    np.testing.assert_allclose(uv, expected[:, 1:3], atol=1e-3)
    np.testing.assert_allclose(depth, expected[:, 3], rtol=1e-5)
    assert uv.dtype == depth.dtype == np.float32 and uv.flags.c_contiguous


def test_borders_are_open_or_half_open() -> None:
    # Points at depth 60 whose u is exactly 0, 95 and just under 96.
    points = np.array([[-48, 0, 60], [47, 0, 60], [47.99, 0, 60], [48, 0, 60], [0, 0, 1]])
    matrix = lidar2img_matrix(CAM2IMG, np.eye(4))
    assert project_points(points, matrix, SIZE, border='strict')[0].tolist() == []
    assert project_points(points, matrix, SIZE, border='inside')[0].tolist() == [0, 1, 2]


def test_no_point_in_front() -> None:
    index, uv, depth = project_points(
        np.array([[0.0, 0, -5]]), lidar2img_matrix(CAM2IMG, np.eye(4)), SIZE)
    assert len(index) == len(depth) == 0 and uv.shape == (0, 2)


def test_nearest_of_a_pixel_wins() -> None:
    uv = np.array([[1.2, 0.1], [1.9, 0.9], [2.0, 0.0], [1.5, 0.5]])
    depth = np.array([5.0, 3.0, 9.0, 3.0])
    assert nearest_per_pixel(uv, depth, (4, 4)).tolist() == [1, 2]


def test_zbuffer_hides_only_what_is_clearly_behind() -> None:
    uv = np.array([[1.0, 1], [2, 2], [3, 3], [9, 9]])
    depth = np.array([10.0, 10.9, 12, 50])
    seen = visible_in_zbuffer(uv, depth, (16, 16), cell=8, margin=0.1)
    assert seen.tolist() == [True, True, False, True]
