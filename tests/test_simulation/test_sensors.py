"""The sensor rig against nuScenes and the devkit."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pyquaternion import Quaternion

from mmcrossdistill.simulation.sensors import CAMERAS, LIDAR, camera_rays, quaternion_matrix


@pytest.mark.parametrize('mount', (LIDAR, *CAMERAS), ids=lambda mount: mount.channel)
def test_mounts_are_rotations(mount) -> None:
    matrix = mount.sensor2ego()
    np.testing.assert_allclose(matrix[:3, :3] @ matrix[:3, :3].T, np.eye(3), atol=1e-6)
    np.testing.assert_allclose(quaternion_matrix(mount.rotation),
                               Quaternion(mount.rotation).normalised.rotation_matrix, atol=1e-9)


def test_cameras_cover_the_horizon_with_overlap() -> None:
    covered = np.zeros(360, int)
    for mount in CAMERAS:
        rays = camera_rays(mount, (90, 160)).reshape(90, 160, 3) @ mount.sensor2ego()[:3, :3].T
        level = rays[45]
        azimuth = np.degrees(np.unwrap(np.arctan2(level[:, 1], level[:, 0])))
        covered[np.unique(np.round(azimuth).astype(int) % 360)] += 1
    assert covered.min() >= 1 and covered.max() == 2
    assert (covered == 2).sum() > 40


def test_rays_go_through_pixel_centres() -> None:
    mount, size = CAMERAS[1], (72, 128)
    rays = camera_rays(mount, size).reshape(*size, 3)
    pixel = mount.camera_matrix(size) @ rays[10, 33].astype(float)
    np.testing.assert_allclose(pixel[:2] / pixel[2], (33.5, 10.5), atol=1e-3)


def test_intrinsics_scale_with_the_image() -> None:
    full, half = (CAMERAS[0].camera_matrix(size) for size in ((900, 1600), (450, 800)))
    np.testing.assert_allclose(full[:2], 2 * half[:2])


@pytest.mark.real_data
def test_rig_looks_like_a_real_one(real_data: Path) -> None:
    frame = json.loads((real_data / 'nuscenes/scene-0103_000/frame.json').read_text())
    for mount in CAMERAS:
        real = frame['cameras'][mount.channel]
        np.testing.assert_allclose(mount.camera_matrix((900, 1600)), real['cam2img'], rtol=.03,
                                   atol=30)
        ours = np.linalg.inv(mount.sensor2ego()) @ LIDAR.sensor2ego()
        cosine = (np.trace(ours[:3, :3] @ np.array(real['lidar2cam'])[:3, :3].T) - 1) / 2
        assert np.degrees(np.arccos(np.clip(cosine, -1, 1))) < 4
        delay = (real['timestamp_us'] - frame['lidar']['timestamp_us']) / 1e6
        assert mount.delay == pytest.approx(delay, abs=2e-3)
