"""Cross entropy over labelled rows."""
from __future__ import annotations

import torch
import torch.nn.functional as F

from mmcrossdistill.models.losses import CrossEntropyLoss


def test_equals_torch_on_labelled_rows() -> None:
    logits, labels = torch.randn(50, 7), torch.randint(7, (50,))
    labels[::3] = 255
    kept = labels != 255
    expected = F.cross_entropy(logits[kept], labels[kept])
    assert torch.allclose(CrossEntropyLoss()(logits, labels), expected)


def test_without_labels_it_is_a_zero_with_gradient() -> None:
    for num_rows in (0, 4):
        logits = torch.randn(num_rows, 3, requires_grad=True)
        loss = CrossEntropyLoss()(logits, torch.full((num_rows,), 255))
        loss.backward()
        assert loss.item() == 0 and logits.grad is not None


def test_computes_in_fp32_under_autocast() -> None:
    logits, labels = torch.randn(300, 6), torch.randint(6, (300,))
    with torch.autocast('cpu', dtype=torch.bfloat16):
        loss = CrossEntropyLoss(loss_weight=0.5)(logits, labels)
    assert torch.allclose(loss, 0.5 * F.cross_entropy(logits, labels))
