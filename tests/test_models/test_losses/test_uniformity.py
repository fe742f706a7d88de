"""Spreading features on the sphere."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.losses import UniformityLoss


def test_equals_the_definition() -> None:
    feats = F.normalize(torch.randn(30, 8), dim=1)
    expected = torch.pdist(feats).square().mul(-2).exp().mean().log()
    assert torch.allclose(UniformityLoss()(feats), expected, atol=1e-5)


def test_spread_features_are_better_than_equal_ones() -> None:
    loss = UniformityLoss(num_rows=64)
    equal = F.normalize(torch.ones(100, 16), dim=1)
    assert loss(equal).item() == pytest.approx(0.0, abs=1e-5)
    assert loss(F.normalize(torch.randn(100, 16), dim=1)).item() < -3


def test_one_row_is_a_zero_with_gradient() -> None:
    feats = torch.ones(1, 4, requires_grad=True)
    loss = UniformityLoss()(feats)
    loss.backward()
    assert loss.item() == 0 and feats.grad is not None
