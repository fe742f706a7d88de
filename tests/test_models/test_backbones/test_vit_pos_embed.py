"""Resized position embeddings against DINOv2's own recipe."""
from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from mmcrossdistill.models.backbones.vit_pos_embed import resize_pos_embed


def dinov2_recipe(pos_embed: Tensor, rows: int, columns: int, antialias: bool,
                  offset: float) -> Tensor:
    """``interpolate_pos_encoding`` of the DINOv2 code, re-stated for the patch part."""
    side = math.isqrt(pos_embed.shape[1])
    grid = pos_embed.view(1, side, side, -1).permute(0, 3, 1, 2)
    if offset:
        scale = ((rows + offset) / side, (columns + offset) / side)
        grid = F.interpolate(grid, scale_factor=scale, mode='bicubic', antialias=antialias)
    else:
        grid = F.interpolate(grid, size=(rows, columns), mode='bicubic', antialias=antialias)
    assert grid.shape[-2:] == (rows, columns)
    return grid.permute(0, 2, 3, 1).flatten(1, 2)


@pytest.mark.parametrize(('mode', 'antialias', 'offset'), [
    ('dinov2', False, 0.1), ('antialias', True, 0.0), ('plain', False, 0.0)])
@pytest.mark.parametrize('grid', [(16, 32), (37, 20), (64, 128)])
def test_equals_dinov2(
    mode: str, antialias: bool, offset: float, grid: tuple[int, int]
) -> None:
    stored = torch.randn(1, 37 * 37, 8, requires_grad=True)
    ours = resize_pos_embed(stored, (37, 37), grid, mode)
    theirs = dinov2_recipe(stored, *grid, antialias, offset)
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)
    weight = torch.randn_like(ours)
    torch.testing.assert_close(
        torch.autograd.grad(ours, stored, weight)[0],
        torch.autograd.grad(theirs, stored, weight)[0], rtol=1e-4, atol=1e-4)


def test_the_two_dinov2_variants_differ_visibly() -> None:
    stored = torch.randn(1, 37 * 37, 8)
    first, second = (
        resize_pos_embed(stored, (37, 37), (16, 32), mode) for mode in ('dinov2', 'antialias'))
    assert (first - second).abs().max() > 1e-2


def test_the_stored_grid_stays_as_it_is() -> None:
    stored = torch.randn(1, 12, 8)
    assert resize_pos_embed(stored, (3, 4), (3, 4), 'dinov2') is stored


def test_use_under_inference_mode_does_not_spoil_training() -> None:
    stored = torch.randn(1, 25, 4, requires_grad=True)
    with torch.inference_mode():
        resize_pos_embed(stored, (5, 5), (7, 3), 'plain')
    resize_pos_embed(stored, (5, 5), (7, 3), 'plain').sum().backward()
    assert stored.grad.abs().sum() > 0


def test_autocast_does_not_round_positions() -> None:
    stored = torch.randn(1, 25, 4)
    exact = resize_pos_embed(stored, (5, 5), (8, 8), 'plain')
    with torch.autocast('cpu', dtype=torch.bfloat16):
        assert resize_pos_embed(stored, (5, 5), (8, 8), 'plain').equal(exact)
