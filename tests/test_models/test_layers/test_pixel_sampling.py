"""Sampling at pixels equals upsampling the map and reading it."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.layers.pixel_sampling import sample_features_at_pixels


@pytest.mark.parametrize('grid,size', [((4, 8), (56, 112)), ((3, 5), (24, 40)), ((1, 1), (8, 8))])
def test_equals_upsampling(grid: tuple[int, int], size: tuple[int, int]) -> None:
    feats = torch.randn(2, 6, *grid)
    uv = torch.rand(300, 2) * torch.tensor([size[1], size[0]])
    uv[0], uv[1] = torch.tensor([0.0, 0.0]), torch.tensor([size[1] - 1e-3, size[0] - 1e-3])
    view = torch.randint(2, (300,))
    full = F.interpolate(feats, size, mode='bilinear', align_corners=True)
    pixels = uv.floor().long()
    expected = full[view, :, pixels[:, 1], pixels[:, 0]]
    torch.testing.assert_close(
        sample_features_at_pixels(feats, view, uv, size), expected, rtol=1e-5, atol=1e-5)


def test_gradient_equals_upsampling() -> None:
    feats = torch.randn(1, 3, 4, 4, dtype=torch.double, requires_grad=True)
    uv, view = torch.rand(40, 2, dtype=torch.double) * 16, torch.zeros(40, dtype=torch.long)
    weight = torch.randn(40, 3, dtype=torch.double)
    sampled = sample_features_at_pixels(feats, view, uv, (16, 16))
    (grad,) = torch.autograd.grad((sampled * weight).sum(), feats)
    full = F.interpolate(feats, (16, 16), mode='bilinear', align_corners=True)
    pixels = uv.floor().long()
    read = full[0, :, pixels[:, 1], pixels[:, 0]].T
    (expected,) = torch.autograd.grad((read * weight).sum(), feats)
    torch.testing.assert_close(grad, expected)


def test_continuous_pixels_interpolate_the_full_map() -> None:
    feats = torch.randn(1, 2, 3, 3)
    uv = torch.tensor([[4.5, 2.5], [4.0, 3.0]])
    full = F.interpolate(feats, (9, 9), mode='bilinear', align_corners=True)
    got = sample_features_at_pixels(feats, torch.zeros(2, dtype=torch.long), uv, (9, 9), 'none')
    torch.testing.assert_close(got[0], full[0, :, 2, 4])
    assert not torch.allclose(got[1], full[0, :, 3, 4])


def test_no_pixels_and_unknown_rounding() -> None:
    feats, none = torch.randn(1, 2, 3, 3), torch.zeros(0, dtype=torch.long)
    assert sample_features_at_pixels(feats, none, torch.zeros(0, 2), (6, 6)).shape == (0, 2)
    with pytest.raises(ValueError, match='pixel_rounding'):
        sample_features_at_pixels(feats, none, torch.zeros(0, 2), (6, 6), 'round')
