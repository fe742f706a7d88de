"""The head of the contrastive methods against losses written row by row."""
from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from mmcrossdistill.models.heads import ContrastHead
from mmcrossdistill.models.poolers import FeaturePairs

LOSS = dict(
    type='InfoNCELoss', temperature=0.5, num_pairs=None, normalize=False, detach_target=False)


def entropies(query: np.ndarray, key: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Loss of each row; ``weight`` multiplies the logits."""
    logits = query @ key.T / 0.5
    logits = logits if weight is None else logits * weight
    return np.array([math.log(sum(math.exp(x) for x in row)) - row[i]
                     for i, row in enumerate(logits)])


def test_means_are_compared_as_they_are() -> None:
    points, images = torch.randn(9, 4), torch.randn(9, 4)
    losses = ContrastHead(LOSS).loss(FeaturePairs(images, points, torch.ones(9)))
    expected = entropies(points.double().numpy(), images.double().numpy())
    assert losses['loss_contrast'].item() == pytest.approx(expected.mean(), rel=1e-5)
    assert losses['chance'].item() == pytest.approx(math.log(9))
    hits = (points @ images.T).argmax(1) == torch.arange(9)
    assert losses['accuracy'].item() == pytest.approx(hits.float().mean().item())


def test_rows_of_weight_zero_are_neither_anchors_nor_negatives() -> None:
    points, images = torch.randn(9, 4), torch.randn(9, 4)
    weight = torch.ones(9)
    weight[[2, 5]] = 0
    kept = weight > 0
    ours = ContrastHead(LOSS).loss(FeaturePairs(images, points, weight))
    theirs = ContrastHead(LOSS).loss(FeaturePairs(images[kept], points[kept], weight[kept]))
    for name, value in theirs.items():
        torch.testing.assert_close(ours[name], value, msg=name)


def test_tolerance_multiplies_the_logits() -> None:
    points, images, context = torch.randn(20, 4), torch.randn(20, 4), torch.randn(20, 6)
    tolerance = dict(type='SemanticTolerance', min_quantile=0.2, with_balance=True)
    head = ContrastHead(LOSS, tolerance)
    assert head.needs_context and not ContrastHead(LOSS).needs_context
    found = head.loss(FeaturePairs(images, points, torch.ones(20), context=context))
    weights, _, rows = head.tolerance(context, torch.ones(20))
    assert (weights == 0).any(), 'such negatives still add exp(0) to the denominator'
    expected = entropies(*(x.double().numpy() for x in (points, images, weights)))
    assert found['loss_contrast'].item() == pytest.approx(
        np.average(expected, weights=rows.numpy()), rel=1e-5)


def test_both_sides_learn() -> None:
    points, images = (torch.randn(6, 3, requires_grad=True) for _ in range(2))
    ContrastHead(LOSS).loss(FeaturePairs(images, points))['loss_contrast'].backward()
    assert points.grad.any() and images.grad.any()


def test_no_rows_are_a_zero_with_gradient() -> None:
    points, images = (torch.zeros(0, 3, requires_grad=True) for _ in range(2))
    losses = ContrastHead(LOSS).loss(FeaturePairs(images, points, torch.zeros(0)))
    losses['loss_contrast'].backward()
    assert losses['loss_contrast'].item() == 0 and images.grad is not None


def test_the_other_direction_is_refused() -> None:
    with pytest.raises(ValueError, match='image_to_lidar'):
        ContrastHead(LOSS).loss(
            FeaturePairs(torch.randn(2, 2), torch.randn(2, 2)), 'lidar_to_image')
