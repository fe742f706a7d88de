"""DistillLoss against a reference written from Eq. 1."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from mmcrossdistill.models.losses import DistillLoss


def reference(source: np.ndarray, target: np.ndarray) -> float:
    """Eq. 1, pair by pair."""
    total = 0.0
    for row_s, row_t in zip(source, target, strict=True):
        gap = row_s / np.sqrt((row_s**2).sum()) - row_t / np.sqrt((row_t**2).sum())
        total += np.sqrt((gap**2).sum())
    return total / len(source)


def test_equals_the_equation() -> None:
    source, target = torch.randn(50, 7), torch.randn(50, 7)
    assert DistillLoss()(source, target).item() == pytest.approx(
        reference(source.double().numpy(), target.double().numpy()), rel=1e-6)


def test_equals_the_chord_of_the_cosine() -> None:
    source, target = torch.randn(20, 5), torch.randn(20, 5)
    cosine = torch.cosine_similarity(source, target)
    torch.testing.assert_close(DistillLoss()(source, target), (2 - 2 * cosine).sqrt().mean())


def test_gradient_reaches_the_source_only_and_is_right() -> None:
    source = torch.randn(6, 4, dtype=torch.double, requires_grad=True)
    target = torch.randn(6, 4, dtype=torch.double, requires_grad=True)
    loss = DistillLoss()(source, target)
    loss.backward()
    assert target.grad is None
    step, direction = 1e-3, torch.randn_like(source)
    with torch.no_grad():
        up = reference((source + step * direction).numpy(), target.numpy())
        down = reference((source - step * direction).numpy(), target.numpy())
    assert (source.grad * direction).sum().item() == pytest.approx((up - down) / 2 / step, rel=1e-4)


def test_equal_features_have_a_finite_gradient() -> None:
    source = torch.ones(3, 4, requires_grad=True)
    DistillLoss()(source, torch.ones(3, 4)).backward()
    assert torch.isfinite(source.grad).all()


def test_no_pairs_is_a_zero_with_gradient() -> None:
    source = torch.zeros(0, 4, requires_grad=True)
    loss = DistillLoss()(source, torch.zeros(0, 4))
    loss.backward()
    assert loss.item() == 0 and source.grad.shape == (0, 4)


def test_weights() -> None:
    source, target = torch.randn(4, 3), torch.randn(4, 3)
    weight = torch.tensor([1.0, 1.0, 0.0, 0.0])
    torch.testing.assert_close(
        DistillLoss()(source, target, weight), DistillLoss()(source[:2], target[:2]))


def test_autocast_accumulates_in_float32() -> None:
    source, target = torch.randn(30, 8), torch.randn(30, 8)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        loss = DistillLoss()(source, target)
    assert loss.dtype == torch.float32
    torch.testing.assert_close(loss, DistillLoss()(source, target))


def test_errors() -> None:
    with pytest.raises(ValueError, match='source is'):
        DistillLoss()(torch.zeros(2, 3), torch.zeros(2, 4))
    with pytest.raises(ValueError, match='mean_over'):
        DistillLoss(mean_over='scene')
