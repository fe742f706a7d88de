"""Holes are square, regular, the same in the views of a sample, and only in training."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.models.layers.grid_mask import GridMask, grid_holes


def test_holes_equal_a_loop() -> None:
    holes = grid_holes((10, 14), 5, 2, (1, 3))
    for row in range(10):
        for column in range(14):
            assert bool(holes[row, column]) == ((row + 1) % 5 < 2 and (column + 3) % 5 < 2)


def test_views_share_holes_and_samples_do_not() -> None:
    mask = GridMask(prob=1.0).train()
    masked = mask(torch.ones(6, 3, 32, 48), num_views=3).unflatten(0, (2, 3))
    assert torch.equal(masked, masked[:, :1, :1].expand_as(masked))
    assert not torch.equal(masked[0], masked[1])
    assert set(masked.unique().tolist()) == {0.0, 1.0}


def test_a_quarter_is_cut_from_masked_samples() -> None:
    torch.manual_seed(0)
    mask = GridMask(prob=0.7).train()
    shares = (mask(torch.ones(400, 1, 32, 32), 1) == 0).float().mean(dim=(1, 2, 3))
    assert abs((shares == 0).float().mean() - 0.3) < 0.08
    assert 0.15 < shares[shares > 0].mean() < 0.3


def test_evaluation_sees_whole_images() -> None:
    imgs = torch.rand(2, 3, 8, 8)
    assert GridMask(prob=1.0).eval()(imgs, 1) is imgs


def test_settings_out_of_range() -> None:
    with pytest.raises(ValueError, match='prob in'):
        GridMask(prob=1.2)
