"""Boxes on pictures, against projections made by hand."""
from __future__ import annotations

import math

import numpy as np
import pytest

from mmcrossdistill.visualization.boxes import (
    box_corners,
    draw_boxes_from_above,
    draw_boxes_on_image,
)

RED = np.array([[255, 0, 0]], np.uint8)
# A camera at the origin that looks along x: u to the right is -y, v down is -z.
LOOKS_AHEAD = np.array([[50.0, -100, 0, 0], [40.0, 0, -100, 0], [1.0, 0, 0, 0]])


def drawn(picture: np.ndarray, background: int) -> tuple[int, int, int, int]:
    """Rows and columns of the first and last drawn pixels."""
    rows, columns = np.nonzero((picture != background).any(axis=2))
    return rows.min(), rows.max(), columns.min(), columns.max()


def test_corners_turn_counter_clockwise_and_start_at_the_front() -> None:
    corners = box_corners(np.array([[10, 5, 1, 4, 2, 1.5, math.pi / 2]]))[0]
    np.testing.assert_allclose(
        corners[:4], [[9, 7, 0.25], [11, 7, 0.25], [11, 3, 0.25], [9, 3, 0.25]], atol=1e-12)
    np.testing.assert_allclose(corners[4:] - corners[:4], np.tile([0, 0, 1.5], (4, 1)), atol=1e-12)


def test_from_above_x_is_up_and_y_is_left() -> None:
    white = np.full((100, 100, 3), 255, np.uint8)
    box = np.array([[20.0, 10, 0, 8, 4, 1, 0]])
    picture = draw_boxes_from_above(white, box, RED, reach=50)
    # Two metres a cell of two: x from 16 to 24 m is row 26 to 34, y from 8 to 12 column 38 to 42.
    np.testing.assert_allclose(drawn(picture, 255), (25, 34, 37, 42), atol=1)
    # The heading runs from the middle to the front, not to the back.
    assert (picture[28, 39:41, 1] < 128).any() and (picture[32, 38:42, 1] > 200).any()


def test_on_an_image_the_faces_are_where_the_camera_sees_them() -> None:
    box = np.array([[10.0, 1, 0, 4, 2, 2, 0]])
    picture = draw_boxes_on_image(np.zeros((80, 100, 3), np.uint8), box, RED, LOOKS_AHEAD)
    # The near face, 8 m away: u from 50 - 100 * 2 / 8 to 50, v from 40 - 12.5 to 40 + 12.5.
    np.testing.assert_allclose(drawn(picture, 0), (27, 52, 25, 50), atol=1)


@pytest.mark.parametrize('x,is_seen', [(-10.0, False), (1.0, True), (10.0, True)])
def test_what_is_behind_is_not_drawn_and_edges_are_cut(x: float, is_seen: bool) -> None:
    box = np.array([[x, 0, 0, 4, 2, 2, 0]])
    picture = draw_boxes_on_image(np.zeros((80, 100, 3), np.uint8), box, RED, LOOKS_AHEAD)
    assert picture.any() == is_seen


def test_no_boxes() -> None:
    image = np.full((8, 8, 3), 7, np.uint8)
    none, colours = np.zeros((0, 7)), np.zeros((0, 3), np.uint8)
    assert (draw_boxes_on_image(image, none, colours, LOOKS_AHEAD) == image).all()
    assert (draw_boxes_from_above(image, none, colours, 10) == image).all()
