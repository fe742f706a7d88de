"""The focal loss against its formula."""
from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from mmcrossdistill.models.losses import sigmoid_focal_loss


def test_equals_the_formula() -> None:
    logits, target = torch.randn(40) * 3, (torch.rand(40) < 0.3).float()
    got = sigmoid_focal_loss(logits, target, 0.3, 1.5)
    for logit, present, value in zip(logits.tolist(), target.tolist(), got.tolist(), strict=True):
        p = 1 / (1 + math.exp(-logit))
        expected = -0.3 * (1 - p) ** 1.5 * math.log(p) if present else (
            -0.7 * p ** 1.5 * math.log(1 - p))
        assert math.isclose(value, expected, rel_tol=1e-4, abs_tol=1e-6)


def test_gamma_zero_is_weighted_cross_entropy() -> None:
    logits, target = torch.randn(20), (torch.rand(20) < 0.5).float()
    expected = F.binary_cross_entropy_with_logits(logits, target, reduction='none') / 2
    torch.testing.assert_close(sigmoid_focal_loss(logits, target, 0.5, 0.0), expected)


def test_large_logits_are_finite_and_stay_in_float32() -> None:
    logits = torch.tensor([-200.0, 200.0], dtype=torch.bfloat16, requires_grad=True)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        loss = sigmoid_focal_loss(logits, torch.tensor([1.0, 0.0]))
    assert loss.dtype == torch.float32 and loss.isfinite().all()
    loss.sum().backward()
    assert logits.grad.isfinite().all()
