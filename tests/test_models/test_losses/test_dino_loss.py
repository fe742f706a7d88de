"""The loss over crops against loops over its pairs."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import log_softmax

from mmcrossdistill.models.losses import DINOLoss


def by_pairs(student: np.ndarray, teacher: np.ndarray, temperature: float) -> float:
    """Mean cross entropy over images and pairs of different crops."""
    values = []
    for t in range(len(teacher)):
        for s in range(len(student)):
            if s == t:
                continue
            for image in range(student.shape[1]):
                log_probs = log_softmax(student[s, image] / temperature)
                values.append(-(teacher[t, image] * log_probs).sum())
    return float(np.mean(values))


@pytest.mark.parametrize('num_locals', [0, 3])
def test_equals_the_mean_over_pairs(num_locals: int) -> None:
    student = torch.randn(2 + num_locals, 4, 6, dtype=torch.float64)
    teacher = torch.rand(2, 4, 6, dtype=torch.float64).softmax(-1)
    loss = DINOLoss(loss_weight=2.0, temperature=0.3)(student.float(), teacher.float())
    assert loss.item() == pytest.approx(2 * by_pairs(student.numpy(), teacher.numpy(), 0.3), 1e-5)


def test_a_crop_is_no_target_of_its_own_and_the_teacher_gets_no_gradient() -> None:
    student = torch.randn(2, 1, 5, requires_grad=True)
    teacher = torch.randn(2, 1, 5, requires_grad=True)
    DINOLoss()(student, teacher.softmax(-1)).backward()
    other = student.grad.clone()
    changed = teacher.detach().clone()
    changed[0] += torch.randn(1, 5)
    student.grad = None
    DINOLoss()(student, changed.softmax(-1)).backward()
    torch.testing.assert_close(student.grad[0], other[0])
    assert not torch.allclose(student.grad[1], other[1])
    assert teacher.grad is None


def test_accumulates_in_float32_under_autocast() -> None:
    student, teacher = torch.randn(3, 8, 50), torch.randn(2, 8, 50).softmax(-1)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        inside = DINOLoss()(student.bfloat16(), teacher)
    assert inside.dtype == torch.float32
    torch.testing.assert_close(inside, DINOLoss()(student.bfloat16().float(), teacher))


@pytest.mark.parametrize('shapes', [((2, 3, 4), (2, 3, 5)), ((1, 3, 4), (2, 3, 4)),
                                    ((1, 3, 4), (1, 3, 4))])
def test_shapes_are_checked(shapes: tuple) -> None:
    with pytest.raises(ValueError, match='global crops of the teacher'):
        DINOLoss()(*(torch.zeros(shape) for shape in shapes))
