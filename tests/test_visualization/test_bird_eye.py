"""Clouds from above."""
from __future__ import annotations

import numpy as np

from mmcrossdistill.visualization.bird_eye import bird_eye

RED, BLUE = [1.0, 0, 0], [0, 0, 1.0]


def test_ahead_is_up_left_is_left_and_high_hides_low():
    points = np.array([[7.5, 0.5, 5], [7.5, 0.5, 0], [-0.5, 6.5, 0], [30, 0, 0]])
    picture = bird_eye(points, np.array([RED, BLUE, BLUE, RED]), size=20, reach=10)
    drawn = np.argwhere((picture != 255).any(axis=2)).tolist()
    assert drawn == [[2, 9], [10, 3]]
    assert picture[2, 9].tolist() == [255, 0, 0] and picture[10, 3].tolist() == [0, 0, 255]


def test_the_reach_follows_the_cloud_and_no_cloud_is_white():
    points = np.array([[50.0, 0, 0], [-50, 0, 0], [0, 50, 0], [0, -49, 0]])
    picture = bird_eye(points, np.tile(RED, (4, 1)), size=30)
    assert (picture[:, :, 1] == 0).sum() >= 1
    assert (bird_eye(np.zeros((0, 4)), np.zeros((0, 3)), size=5) == 255).all()


def test_larger_dots_lie_around_their_point_and_high_hides_low():
    points = np.array([[7.5, 0.5, 0], [6.5, 0.5, 5], [-0.5, 9.5, 0]])
    picture = bird_eye(points, np.array([RED, BLUE, RED]), size=20, reach=10, dot=3,
                       background=50)
    drawn = np.full((20, 20, 3), 50)
    drawn[1:4, 8:11] = drawn[9:12, :2] = [255, 0, 0]
    drawn[2:5, 8:11] = [0, 0, 255]
    np.testing.assert_array_equal(picture, drawn)
