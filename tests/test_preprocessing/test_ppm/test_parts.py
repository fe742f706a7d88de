"""Tests of ground, clusters and registration."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.preprocessing.ppm.clustering import connected_voxels
from mmcrossdistill.preprocessing.ppm.ground import RansacGround
from mmcrossdistill.preprocessing.ppm.registration import Motion, refine
from mmcrossdistill.preprocessing.ppm.settings import PpmSettings
from mmcrossdistill.preprocessing.ppm.tracking import track_cluster


def test_ransac_finds_a_sloping_road() -> None:
    generator = np.random.default_rng(0)
    road = generator.uniform(-30, 30, (3000, 3))
    road[:, 2] = -1.8 + 0.05 * road[:, 0] + generator.normal(0, 0.02, 3000)
    things = generator.uniform((-30, -30, 0.5), (30, 30, 4), (1000, 3))
    ground = RansacGround()(np.concatenate([road, things]).astype(np.float32))
    assert ground[:3000].mean() > 0.99 and ground[3000:].mean() < 0.1
    assert not RansacGround()(np.zeros((2, 3), np.float32)).any()
    wall = np.zeros((100, 3), np.float32)
    wall[:, 1:] = generator.uniform(-3, 3, (100, 2))
    assert not RansacGround()(wall).any()


def test_clusters_equal_a_graph_of_touching_voxels() -> None:
    generator = np.random.default_rng(1)
    xyz = generator.uniform(0, 4, (300, 3))
    found = connected_voxels(xyz, 0.3, 0.5)
    voxel = np.floor((xyz - xyz.min(axis=0)) / (0.3, 0.3, 0.5))
    touching = (np.abs(voxel[:, None] - voxel[None]) <= 1).all(axis=2)
    expected = np.arange(300)
    for _ in range(300):
        lowest = np.where(touching, expected[None], 300).min(axis=1)
        if (lowest == expected).all():
            break
        expected = lowest
    assert 1 < len(np.unique(found)) < 300
    np.testing.assert_array_equal(found[:, None] == found[None], expected[:, None] == expected)
    assert len(connected_voxels(np.zeros((0, 3)), 0.3, 0.5)) == 0


def test_motion_and_its_matrix_agree() -> None:
    generator = np.random.default_rng(2)
    motion = Motion(np.array([3.0, 4, 1]), np.array([2.0, -1, 0]), 0.4)
    xyz = generator.normal(size=(20, 3))
    matrix = motion.matrix(0.3)
    np.testing.assert_allclose(
        motion.to_time_zero(xyz, np.full(20, 0.3)), xyz @ matrix[:3, :3].T + matrix[:3, 3])
    np.testing.assert_allclose(matrix[:3, :3] @ matrix[:3, :3].T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(matrix @ [*(motion.centre + 0.3 * motion.velocity), 1],
                               [*motion.centre, 1])


@pytest.fixture
def corner() -> tuple[np.ndarray, np.ndarray, Motion]:
    """Two sides of a box in six scans, each sampled anew."""
    generator = np.random.default_rng(3)
    motion = Motion(np.array([10.0, 2, 0]), np.array([6.0, -1.0, 0]), 0.2)
    places, times = [], []
    for time in (-0.25, -0.15, -0.05, 0.05, 0.15, 0.25):
        side = generator.uniform(0, 1, (150, 3)) * (4, 0, 1.5)
        front = generator.uniform(0, 1, (70, 3)) * (0, 1.8, 1.5)
        points = np.concatenate([side, front]) + motion.centre - (2, 1, 0)
        matrix = np.linalg.inv(motion.matrix(time))
        noise = generator.normal(0, 0.01, (220, 3))
        places.append(points @ matrix[:3, :3].T + matrix[:3, 3] + noise)
        times.append(np.full(220, time))
    return np.concatenate(places), np.concatenate(times), motion


def test_registration_recovers_a_motion(corner: tuple) -> None:
    xyz, time, motion = corner
    start = Motion(motion.centre, motion.velocity + (0.6, 0.4, 0), 0.0)
    found, deviation = refine(start, xyz, time, time > 0, PpmSettings())
    np.testing.assert_allclose(found.velocity, motion.velocity, atol=0.1)
    assert abs(found.yaw_rate - motion.yaw_rate) < 0.05 and deviation < 0.2


def test_a_plane_does_not_move() -> None:
    generator = np.random.default_rng(4)
    time = np.repeat([-0.2, 0.2], 400)
    xyz = generator.uniform((0, 0, 0), (8, 0.01, 2), (800, 3))
    assert track_cluster(xyz, time, np.zeros(3), PpmSettings()) is None


def test_matches_too_few_leave_the_start() -> None:
    start = Motion(np.zeros(3), np.array([1.0, 0, 0]), 0.0)
    xyz = np.array([[0.0, 0, 0], [50, 0, 0]])
    found, deviation = refine(start, xyz, np.array([-0.1, 0.1]), np.array([False, True]),
                              PpmSettings())
    assert found is start and deviation == np.inf


def test_what_is_seen_once_does_not_move() -> None:
    xyz = np.random.default_rng(5).normal(size=(100, 3))
    assert track_cluster(xyz, np.zeros(100), np.zeros(3), PpmSettings()) is None
