"""The contrast of code distributions against a loop over all pairs of pairs."""
from __future__ import annotations

import math

import pytest
import torch

from mmcrossdistill.models.losses import CodeContrastLoss


def test_equals_the_loop() -> None:
    image, points, codes = torch.randn(6, 5), torch.randn(6, 5), torch.randn(4, 5)

    def shares(row):
        scores = [math.exp(-(row - code).norm().item()) for code in codes]
        return [score / sum(scores) for score in scores]

    p, q = [shares(row) for row in points], [shares(row) for row in image]
    loss = 0.0
    for i in range(6):
        logits = [sum(a * math.log(b) + math.log(a) * b for a, b in zip(p[i], other, strict=True))
                  for other in q]
        loss += math.log(sum(math.exp(value - logits[i]) for value in logits)) / 6
    assert CodeContrastLoss(0.5)(image, points, codes).item() == pytest.approx(
        0.5 * loss, rel=1e-4)


def test_gradients_are_finite_also_at_a_code_and_without_pairs() -> None:
    codes = torch.randn(4, 5, requires_grad=True)
    for image in (codes.detach().clone(), torch.zeros(0, 5)):
        image.requires_grad_()
        loss = CodeContrastLoss()(image, image * 1.0, codes)
        loss.backward()
        assert loss.isfinite() and image.grad.isfinite().all() and codes.grad is None
