"""The linear head of the probes."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.layers.linear_probe import LinearProbe
from mmcrossdistill.models.layers.pixel_sampling import sample_features_at_pixels


@pytest.mark.parametrize('norm', [None, 'BN'])
def test_commutes_with_upsampling(norm: str | None) -> None:
    """Sampling its outputs equals applying it to the features upsampled to every pixel."""
    head = LinearProbe(8, 5, norm)
    torch.nn.init.normal_(head.linear.bias)
    feats = torch.randn(2, 8, 4, 7)
    head.on_map(feats)  # moves the running statistics away from their start
    head.eval()
    view_idx, pixel_uv = torch.randint(2, (40,)), torch.rand(40, 2) * torch.tensor([28., 16.])
    sampled = sample_features_at_pixels(head.on_map(feats), view_idx, pixel_uv, (16, 28))
    full = F.interpolate(feats, (16, 28), mode='bilinear', align_corners=True)
    column, row = pixel_uv.long().unbind(1)
    assert torch.allclose(sampled, head(full[view_idx, :, row, column]), atol=1e-5)


def test_batch_norm_equals_that_of_a_convolutional_head() -> None:
    head = LinearProbe(6, 3, 'BN')
    conv = torch.nn.Conv2d(6, 3, 1)
    conv.weight.data = head.linear.weight.data[:, :, None, None].clone()
    conv.bias.data = head.linear.bias.data.clone()
    feats = torch.randn(2, 6, 3, 5) * 4 + 1
    assert torch.allclose(head.on_map(feats), conv(torch.nn.BatchNorm2d(6)(feats)), atol=1e-5)


def test_how_the_head_starts() -> None:
    assert LinearProbe(4, 2, 'BN', head_init='zero')(torch.randn(9, 4)).abs().max() == 0
    normal = LinearProbe(96, 500, head_init='normal').linear
    assert normal.weight.std().item() == pytest.approx(0.01, rel=0.05)
    assert normal.bias.abs().max() == 0
    uniform, bound = LinearProbe(96, 500, head_init='uniform').linear, 96 ** -0.5
    for values in (uniform.weight, uniform.bias):
        assert 0.95 * bound < values.abs().max().item() <= bound
        assert values.std().item() == pytest.approx(bound / 3 ** 0.5, rel=0.1)


def test_unknown_options() -> None:
    with pytest.raises(ValueError, match="'BN' or None"):
        LinearProbe(4, 2, 'GN')
    with pytest.raises(ValueError, match="head_init must be .* got 'xavier'"):
        LinearProbe(4, 2, head_init='xavier')
