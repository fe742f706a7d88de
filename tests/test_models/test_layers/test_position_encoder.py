"""The position of every pixel against a reference that goes cell by cell."""
from __future__ import annotations

import math

import torch

from mmcrossdistill.models.layers.position_encoder import PositionEncoder3D, inverse_sigmoid
from mmcrossdistill.models.layers.sine_encoding import encode_sine
from mmcrossdistill.testing.multi_view import ring_img2lidar

RANGE = (-30.0, -30.0, -5.0, 30.0, 30.0, 5.0)


def reference(encoder: PositionEncoder3D, img2lidar: torch.Tensor, view: int, row: int,
              column: int) -> torch.Tensor:
    """Position of one cell of 16 pixels, from the paper's description."""
    values = []
    for index in range(6):
        depth = 1.0 + (30.0 - 1.0) * index * (index + 1) / (6 * 7)
        u, v = column * 16 + 8, row * 16 + 8
        homogeneous = torch.tensor([u * depth, v * depth, depth, 1.0], dtype=torch.float64)
        point = (img2lidar[view].double() @ homogeneous)[:3]
        for axis in range(3):
            unit = (float(point[axis]) - RANGE[axis]) / (RANGE[axis + 3] - RANGE[axis])
            unit = min(max(unit, 1e-5), 1 - 1e-5)
            values.append(math.log(unit / (1 - unit)))
    return encoder.point_mlp(torch.tensor(values))


def test_equals_the_reference_cell_by_cell() -> None:
    encoder = PositionEncoder3D(16, 6, 1.0, RANGE, with_view_encoding=False)
    img2lidar = ring_img2lidar(3)
    got = encoder(img2lidar[None].repeat(2, 1, 1, 1), (2, 4), (32, 64))
    assert got.shape == (2, 3, 2, 4, 16)
    assert torch.equal(got[0], got[1])
    for view in range(3):
        for row in range(2):
            for column in range(4):
                torch.testing.assert_close(
                    got[0, view, row, column], reference(encoder, img2lidar, view, row, column),
                    rtol=1e-3, atol=1e-3)


def test_the_view_encoding_adds_sines_of_view_row_and_column() -> None:
    encoder = PositionEncoder3D(16, 6, 1.0, RANGE)
    img2lidar = ring_img2lidar(3)[None]
    with_views = encoder(img2lidar, (2, 4), (32, 64))
    view_mlp, encoder.view_mlp = encoder.view_mlp, None
    added = with_views - encoder(img2lidar, (2, 4), (32, 64))
    expected = view_mlp(encode_sine(torch.tensor([2 / 3, 1 / 2, 4 / 4]), 8))
    torch.testing.assert_close(added[0, 1, 0, 3], expected, rtol=1e-4, atol=1e-4)


def test_a_point_seen_by_two_cameras_has_one_position() -> None:
    """Same rays, same position, whichever camera has them."""
    encoder = PositionEncoder3D(16, 6, 1.0, RANGE, with_view_encoding=False)
    img2lidar = ring_img2lidar(1).repeat(2, 1, 1)
    # The second camera's image is the first one's, moved by a cell to the right.
    shift = torch.eye(4)
    shift[0, 2] = -16.0
    img2lidar[1] = img2lidar[1] @ shift
    first, second = encoder(img2lidar[None], (2, 4), (32, 64))[0]
    torch.testing.assert_close(first[:, :-1], second[:, 1:], rtol=1e-4, atol=1e-4)


def test_inverse_sigmoid() -> None:
    value = torch.tensor([-3.0, 0.0, 4.0])
    torch.testing.assert_close(inverse_sigmoid(value.sigmoid()), value, rtol=1e-4, atol=1e-4)
    assert inverse_sigmoid(torch.tensor([-1.0, 2.0])).isfinite().all()
