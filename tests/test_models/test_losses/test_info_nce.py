"""InfoNCELoss against a reference written pair by pair."""
from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from mmcrossdistill.models.losses import InfoNCELoss


def reference(source: np.ndarray, target: np.ndarray, temperature: float) -> np.ndarray:
    """Loss of each row: minus the log-probability of its own anchor."""
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (source, target)]
    losses = []
    for i, row in enumerate(unit[0]):
        scores = [math.exp(float(row @ anchor) / temperature) for anchor in unit[1]]
        losses.append(-math.log(scores[i] / sum(scores)))
    return np.array(losses)


def test_equals_the_definition() -> None:
    source, target = torch.randn(30, 6), torch.randn(30, 6)
    expected = reference(source.double().numpy(), target.double().numpy(), 0.2)
    loss = InfoNCELoss(temperature=0.2, loss_weight=3.0)
    assert loss(source, target).item() == pytest.approx(3 * expected.mean(), rel=1e-5)
    weight = torch.rand(30)
    assert loss(source, target, weight).item() == pytest.approx(
        3 * np.average(expected, weights=weight.numpy()), rel=1e-5)


def test_only_the_source_learns_and_scale_does_not_count() -> None:
    source, target = (torch.randn(9, 4, requires_grad=True) for _ in range(2))
    loss = InfoNCELoss()(source, target)
    loss.backward()
    assert target.grad is None and source.grad.abs().sum() > 0
    torch.testing.assert_close(InfoNCELoss()(7 * source, 0.3 * target), loss)


def test_collapsed_features_are_not_a_solution() -> None:
    """All features equal: the distance of CD is zero there, this loss the worst guess."""
    same = torch.ones(16, 4)
    assert InfoNCELoss()(same, same).item() == pytest.approx(math.log(16), rel=1e-5)


def test_large_batches_are_thinned_pairwise() -> None:
    source = torch.randn(64, 8)
    loss = InfoNCELoss(num_pairs=8, temperature=0.01)
    assert loss(source, source).item() < 1e-3
    same = torch.ones(64, 8)
    assert loss(same, same).item() == pytest.approx(math.log(8), rel=1e-5)


def test_no_pairs_are_a_zero_with_gradient() -> None:
    source = torch.zeros(0, 4, requires_grad=True)
    loss = InfoNCELoss()(source, torch.zeros(0, 4))
    loss.backward()
    assert loss.item() == 0 and source.grad is not None


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match='must be positive'):
        InfoNCELoss(temperature=0)
    with pytest.raises(ValueError, match='target'):
        InfoNCELoss()(torch.zeros(2, 3), torch.zeros(3, 3))


def test_unnormalised_rows_are_taken_as_they_are_and_anchors_may_learn() -> None:
    source, target = (torch.randn(9, 4, requires_grad=True) for _ in range(2))
    loss = InfoNCELoss(temperature=0.2, normalize=False, detach_target=False)(source, target)
    logits = (source @ target.T / 0.2).double()
    expected = -(logits.diagonal() - logits.logsumexp(1)).mean()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    loss.backward()
    assert source.grad.any() and target.grad.any()


def test_masked_keys_leave_the_denominator_but_never_the_own_key() -> None:
    query, key = torch.randn(5, 4), torch.randn(7, 4)
    positive = torch.tensor([3, 0, 6, 1, 3])
    mask = torch.rand(5, 7) > 0.5
    mask[0, 3] = False
    found = InfoNCELoss(temperature=1.0, normalize=False).contrast(query, key, positive, mask=mask)
    logits = (query @ key.T).double()
    expected = []
    for row, own in enumerate(positive):
        counted = [logits[row, k].exp().item() for k in range(7) if mask[row, k] or k == own]
        expected.append(math.log(sum(counted)) - logits[row, own].item())
    assert found.loss.item() == pytest.approx(np.mean(expected), rel=1e-5)


def test_the_mean_is_over_the_rank_or_all() -> None:
    with pytest.raises(ValueError, match='mean_over'):
        InfoNCELoss(mean_over='world')
