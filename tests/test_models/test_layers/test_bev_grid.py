"""Cells of the ground, against numbers worked out by hand and by trigonometry."""
from __future__ import annotations

import math

import pytest
import torch

from mmcrossdistill.models.layers.bev_grid import BevGrid


def test_cartesian_cells() -> None:
    grid = BevGrid((4, 10), 'cartesian', (-2.0, 0.0), (2.0, 5.0))
    xy = torch.tensor([[-2.0, 0.0], [0.5, 2.6], [1.99, 4.99], [-9.0, 9.0]])
    places = grid.locate(xy)
    torch.testing.assert_close(
        places, torch.tensor([[0.0, 0.0], [2.5, 5.2], [3.99, 9.98], [-7.0, 18.0]]))
    assert grid.cells(places).tolist() == [[0, 0], [2, 5], [3, 9], [0, 9]]
    assert not grid.wraps
    step = torch.tensor([[9.0, -9.0]])
    assert torch.equal(grid.shortest(step), step)


def test_cylindrical_cells() -> None:
    grid = BevGrid((50, 36))
    xy = torch.tensor([[3.0, 4.0], [0.0, -10.5], [-20.0, 1e-4], [-20.0, -1e-4], [300.0, 400.0]])
    cells = grid.cells(grid.locate(xy)).tolist()
    expected = [[int(min(math.hypot(x, y), 49.9)),
                 int((math.degrees(math.atan2(y, x)) + 180) // 10)] for x, y in xy.tolist()]
    assert cells == expected == [[5, 23], [10, 9], [20, 35], [20, 0], [49, 23]]


def test_the_angle_wraps() -> None:
    grid = BevGrid((50, 36))
    difference = torch.tensor([[40.0, 35.0], [-40.0, -35.0], [1.0, 17.5], [0.0, 18.0]])
    assert grid.shortest(difference).tolist() == [
        [40.0, -1.0], [-40.0, 1.0], [1.0, 17.5], [0.0, -18.0]]


def test_rows_of_a_batch_of_maps() -> None:
    grid = BevGrid((4, 5), 'cartesian', (0.0, 0.0), (4.0, 5.0))
    cells, batch_idx = torch.tensor([[0, 0], [3, 4], [2, 1]]), torch.tensor([0, 1, 2])
    number = torch.arange(60).view(3, 4, 5)
    assert torch.equal(grid.flatten(cells, batch_idx), number[batch_idx, cells[:, 0], cells[:, 1]])


@pytest.mark.parametrize('settings,message', [
    (dict(size=(4, 4), coords='polar'), "one of .*'polar'"),
    (dict(size=(4, 0)), 'two positive numbers'),
    (dict(size=(4, 4), coords='cartesian', low=(1.0, 0.0), high=(1.0, 1.0)), 'two corners'),
    (dict(size=(4, 4), low=(0.0, -90.0)), 'goes from -180 to 180'),
])
def test_malformed_settings(settings: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BevGrid(**settings)
