"""The loss at masked patches against loops over crops."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import log_softmax

from mmcrossdistill.models.losses import IBOTPatchLoss

MASKS = torch.tensor([[1, 0, 1, 1], [0, 0, 0, 0], [0, 1, 0, 0]], dtype=torch.bool)


def test_equals_the_mean_by_crop() -> None:
    maps = torch.randn(3, 4, 6)
    targets = torch.randn(3, 4, 6).softmax(-1)
    expected = 0.0
    for crop in range(3):
        values = [
            -(targets[crop, patch].numpy() * log_softmax(maps[crop, patch].numpy() / 0.2)).sum()
            for patch in range(4) if MASKS[crop, patch]]
        expected += np.mean(values) / 3 if values else 0.0
    loss = IBOTPatchLoss(loss_weight=1.5, temperature=0.2)(maps[MASKS], targets[MASKS], MASKS)
    assert loss.item() == pytest.approx(1.5 * expected, 1e-5)


def test_no_mask_gives_zero_with_gradient() -> None:
    student = torch.zeros(0, 6, requires_grad=True)
    loss = IBOTPatchLoss()(student, torch.zeros(0, 6), torch.zeros(2, 4, dtype=torch.bool))
    loss.backward()
    assert loss.item() == 0 and student.grad is not None


def test_the_teacher_gets_no_gradient_and_autocast_changes_nothing() -> None:
    count = int(MASKS.sum())
    student = torch.randn(count, 9).bfloat16().requires_grad_()
    teacher = torch.rand(count, 9, requires_grad=True)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        loss = IBOTPatchLoss()(student, teacher, MASKS)
    loss.backward()
    assert loss.dtype == torch.float32 and teacher.grad is None and student.grad is not None
    torch.testing.assert_close(loss, IBOTPatchLoss()(student.float(), teacher, MASKS))


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match='teacher'):
        IBOTPatchLoss()(torch.zeros(4, 3), torch.zeros(4, 2), MASKS)
