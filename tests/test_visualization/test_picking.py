"""Clicks into a scene."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.visualization.picking import ImagePlane, point_on_ray


@pytest.fixture
def plane() -> ImagePlane:
    """A camera at (1, 0, 2) that looks along +x, its picture 4 m ahead."""
    lidar2cam = np.array([[0., -1, 0, 0], [0, 0, -1, 2], [1, 0, 0, -1], [0, 0, 0, 1]])
    return ImagePlane(np.array([[50., 0, 40], [0, 60, 20], [0, 0, 1]]), lidar2cam, (48, 96), 4.0)


def test_the_picture_stands_on_the_rays_of_its_pixels(plane):
    np.testing.assert_allclose(plane.origin, [1, 0, 2])
    points = np.array([[21., 3, 1], [11, -2, 4]])
    cam = np.concatenate([points, np.ones((2, 1))], axis=1) @ plane.lidar2cam.T
    uv = (cam[:, :3] / cam[:, 2:3] @ plane.cam2img.T)[:, :2]
    on_plane = plane.to_scene(uv)
    np.testing.assert_allclose(on_plane[:, 0], 5)
    for point, place in zip(points, on_plane, strict=True):
        np.testing.assert_allclose(np.cross(point - plane.origin, place - plane.origin), 0,
                                   atol=1e-9)
    assert plane.size == pytest.approx((96 * 4 / 50, 48 * 4 / 60))
    np.testing.assert_allclose(plane.corners.mean(axis=0), plane.centre)
    sides = np.linalg.norm(np.diff(plane.corners[:3], axis=0), axis=1)
    np.testing.assert_allclose(sides, plane.size)


def test_a_ray_hits_the_pixel_it_passes(plane):
    eye = np.array([-6., 1, 5])
    target = plane.to_scene(np.array([[70.25, 10.5]]))[0]
    ray = (target - eye) / np.linalg.norm(target - eye)
    length, uv = plane.hit(eye, ray)
    assert uv == pytest.approx((70.25, 10.5)) and length == pytest.approx(
        np.linalg.norm(target - eye))
    assert plane.hit(eye, -ray) is None
    beside = plane.to_scene(np.array([[96.5, 10.0]]))[0] - eye
    assert plane.hit(eye, beside / np.linalg.norm(beside)) is None
    assert plane.hit(eye, np.array([0., 1, 0])) is None


def test_a_click_means_the_point_nearest_to_the_ray_ahead_of_the_eye():
    points = np.array([[10., 0.05, 0], [20, 0.06, 0], [-5, 0, 0], [10, 3, 0]])
    ray = np.array([1., 0, 0])
    assert point_on_ray(points, np.zeros(3), ray) == (20.0, 1)  # the smaller angle
    assert point_on_ray(points[3:], np.zeros(3), ray) is None
    assert point_on_ray(points[2:3], np.zeros(3), ray) is None
