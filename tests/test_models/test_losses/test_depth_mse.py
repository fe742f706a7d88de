"""Squared error of depth."""
from __future__ import annotations

import math

import pytest
import torch

from mmcrossdistill.models.losses import DepthMSELoss


def test_hand_computed() -> None:
    predicted, depth = torch.tensor([[10.], [22.], [5.]]), torch.tensor([12., 20., 100.])
    assert DepthMSELoss()(predicted, depth).item() == pytest.approx((4 + 4) / 2)
    assert DepthMSELoss(max_depth=200.0)(predicted, depth).item() == pytest.approx(
        (4 + 4 + 95 ** 2) / 3)


def test_logarithm() -> None:
    loss = DepthMSELoss(log=True)(torch.tensor([[math.log(20.0)]]), torch.tensor([10.0]))
    assert loss.item() == pytest.approx(math.log(2) ** 2)


@pytest.mark.parametrize('depth', [[], [0.0, 90.0]])
def test_without_depth_in_range_it_is_a_zero_with_gradient(depth: list[float]) -> None:
    predicted = torch.randn(len(depth), 1, requires_grad=True)
    loss = DepthMSELoss(log=True)(predicted, torch.tensor(depth))
    loss.backward()
    assert loss.item() == 0 and bool((predicted.grad == 0).all())
