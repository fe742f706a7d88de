"""Row layers against the convolutions whose parameters they own."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mmcrossdistill.models.layers.rowwise import (
    ChannelScale,
    CloudDropPath,
    PointwiseConv1d,
    PointwiseConv2d,
)


def test_pointwise_layers_equal_convolutions() -> None:
    rows = torch.randn(7, 3)
    pairs = [
        (PointwiseConv1d(3, 4), nn.Conv1d(3, 4, 1), rows.T[None]),
        (PointwiseConv2d(3, 4, bias=False), nn.Conv2d(3, 4, 1, bias=False),
         rows.T[None, ..., None]),
    ]
    for ours, theirs, maps in pairs:
        theirs.load_state_dict(ours.state_dict())
        torch.testing.assert_close(ours(rows), theirs(maps).view(-1, 7).T)


def test_folded_layer_scale_equals_scaling_the_output() -> None:
    scale, rows = ChannelScale(4), torch.randn(7, 3)
    for layer in (PointwiseConv1d(3, 4), PointwiseConv2d(3, 4)):
        weight, bias = scale.fold(layer)
        assert weight.shape == layer.weight.shape
        torch.testing.assert_close(
            F.linear(rows, weight.flatten(1), bias), scale(layer(rows).T[None])[0].T)


def test_layer_scale_starts_in_the_published_range() -> None:
    factors = ChannelScale(4000).weight
    assert 0.95 < factors.abs().max() <= 1.0 and factors.abs().mean() > 0.45


def test_drop_path_drops_whole_clouds_and_keeps_the_mean() -> None:
    layer = CloudDropPath(0.25)
    batch_idx = torch.arange(4000).repeat_interleave(2)
    out = layer(torch.ones(8000, 1), batch_idx, 4000).view(4000, 2)
    assert out[:, 0].equal(out[:, 1])
    torch.testing.assert_close(out.unique(), torch.tensor([0.0, 1 / 0.75]))
    assert out.mean().item() == pytest.approx(1.0, abs=0.05)
    assert layer.eval()(torch.ones(2, 1), batch_idx[:2], 4000).equal(torch.ones(2, 1))


def test_drop_path_refuses_other_probabilities() -> None:
    with pytest.raises(ValueError, match='drop path'):
        CloudDropPath(1.0)
