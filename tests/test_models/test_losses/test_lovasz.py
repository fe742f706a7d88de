"""Lovasz-softmax against loops and mmseg."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from mmcrossdistill.models.losses import LovaszLoss, lovasz_softmax


def loop_lovasz(probs: Tensor, labels: Tensor) -> Tensor:
    """Lovasz extension by its definition: one class and one row at a time."""
    losses = []
    for index in range(probs.shape[1]):
        positive = labels == index
        if not positive.any():
            continue
        errors = torch.where(positive, 1 - probs[:, index], probs[:, index])
        order = errors.argsort(descending=True)
        before, loss = 0.0, 0.0
        for count in range(1, len(order) + 1):
            wrong = torch.zeros(len(order), dtype=torch.bool)
            wrong[order[:count]] = True
            right = (positive & ~wrong).sum()
            jaccard_loss = 1 - right / (positive | wrong).sum()
            loss = loss + errors[order[count - 1]] * (jaccard_loss - before)
            before = jaccard_loss
        losses.append(loss)
    return torch.stack(losses).mean()


def make_rows(num_rows: int = 40, num_classes: int = 6) -> tuple[Tensor, Tensor]:
    """Probabilities, and labels that leave the last class out."""
    probs = torch.randn(num_rows, num_classes).mul(2).softmax(dim=1)
    return probs, torch.randint(num_classes - 1, (num_rows,))


def test_equals_the_definition_with_gradient() -> None:
    probs, labels = make_rows()
    ours, theirs = (probs.clone().requires_grad_() for _ in range(2))
    loss, expected = lovasz_softmax(ours, labels), loop_lovasz(theirs, labels)
    assert loss.item() == pytest.approx(expected.item(), abs=1e-6)
    loss.backward()
    expected.backward()
    assert torch.allclose(ours.grad, theirs.grad, atol=1e-6)


def test_equals_mmseg() -> None:
    mmseg = pytest.importorskip('mmseg.models.losses.lovasz_loss')
    probs, labels = make_rows(500, 16)
    expected = mmseg.lovasz_softmax_flat(probs, labels, classes='present')
    assert torch.allclose(lovasz_softmax(probs, labels), expected, atol=1e-6)


def test_ignored_rows_change_nothing() -> None:
    probs, labels = make_rows()
    mixed = torch.cat([probs, torch.randn(30, 6).softmax(dim=1)])
    padded = torch.cat([labels, torch.full((30,), 255)])
    order = torch.randperm(70)
    mixed = mixed[order].requires_grad_()
    loss = lovasz_softmax(mixed, padded[order])
    assert torch.allclose(loss, lovasz_softmax(probs, labels), atol=1e-6)
    loss.backward()
    assert mixed.grad[padded[order] == 255].abs().max() == 0


@pytest.mark.parametrize('num_rows', [0, 5])
def test_without_labels_it_is_a_zero_with_gradient(num_rows: int) -> None:
    logits = torch.randn(num_rows, 4, requires_grad=True)
    loss = LovaszLoss()(logits, torch.full((num_rows,), 255))
    loss.backward()
    assert loss.item() == 0 and logits.grad.shape == (num_rows, 4)


def test_computes_in_fp32_under_autocast() -> None:
    logits, labels = torch.randn(300, 6), torch.randint(6, (300,))
    with torch.autocast('cpu', dtype=torch.bfloat16):
        loss = LovaszLoss(loss_weight=2.0)(logits, labels)
    assert loss.dtype == torch.float32
    assert torch.allclose(loss, 2 * lovasz_softmax(logits.softmax(1), labels))


def test_refuses_other_shapes() -> None:
    with pytest.raises(ValueError, match=r'labels \(M,\)'):
        lovasz_softmax(torch.rand(4, 3), torch.zeros(5, dtype=torch.long))
