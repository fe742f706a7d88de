"""The weakly-supervised contrast against a statement pair by pair."""
from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.losses import SupervisedContrastLoss


def reference(query: torch.Tensor, key: torch.Tensor, label: torch.Tensor,
              temperature: float = 0.07) -> torch.Tensor:
    """Eq. 2 word by word, in float64 through autograd."""
    query, key = F.normalize(query.double(), dim=1), F.normalize(key.double(), dim=1)
    labelled = [i for i in range(len(label)) if label[i] != 255]
    losses = []
    for i in labelled:
        scores = {j: torch.exp(query[i] @ key[j] / temperature) for j in labelled}
        total = sum(scores.values())
        right = [scores[a] / total for a in labelled if label[a] == label[i]]
        losses.append(-torch.log(sum(right) / len(right)))
    return torch.stack(losses).mean()


def pairs(count: int = 40, channels: int = 8) -> tuple[torch.Tensor, ...]:
    """Leaves with gradient, and labels of five classes of six, some missing."""
    label = torch.randint(5, (count,))
    label[::6] = 255
    return (*(torch.randn(count, channels, requires_grad=True) for _ in range(2)), label)


@pytest.mark.parametrize('temperature', [0.03, 0.07, 1.0])
def test_value_and_gradient_are_those_of_the_definition(temperature: float) -> None:
    query, key, label = pairs()
    expected = reference(query, key, label, temperature)
    wanted = torch.autograd.grad(expected * 3, (query, key))
    loss = SupervisedContrastLoss(6, loss_weight=3.0, temperature=temperature)(query, key, label)
    assert loss.item() == pytest.approx(3 * expected.item(), rel=1e-5)
    for ours, theirs in zip(torch.autograd.grad(loss, (query, key)), wanted, strict=True):
        torch.testing.assert_close(ours, theirs.float(), rtol=1e-4, atol=1e-6)


def test_more_queries_than_a_block() -> None:
    query, key, label = pairs(700)
    loss = SupervisedContrastLoss(6)(query, key, label)
    unit = [F.normalize(rows[label != 255].double(), dim=1) for rows in (query, key)]
    known = label[label != 255]
    logits = unit[0] @ unit[1].T / 0.07
    same = known[:, None] == known
    right = logits.masked_fill(~same, -torch.inf).logsumexp(1) - same.sum(1).log()
    expected = (logits.logsumexp(1) - right).mean()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    wanted = torch.autograd.grad(expected, (query, key))
    for ours, theirs in zip(torch.autograd.grad(loss, (query, key)), wanted, strict=True):
        torch.testing.assert_close(ours, theirs.float(), rtol=1e-4, atol=1e-7)


def test_the_ends_of_the_scale() -> None:
    label = torch.tensor([0, 0, 0, 1])
    same = torch.ones(4, 3)
    assert SupervisedContrastLoss(2)(same, same, label).item() == pytest.approx(math.log(4))
    axes = torch.eye(2)[label]
    floor = (3 * math.log(3) + math.log(1)) / 4
    assert SupervisedContrastLoss(2)(axes, axes, label).item() == pytest.approx(floor, abs=1e-4)


def test_one_class_per_pair_is_infonce() -> None:
    query, key, _ = pairs(12)
    logits = F.normalize(query, dim=1) @ F.normalize(key, dim=1).T / 0.07
    torch.testing.assert_close(
        SupervisedContrastLoss(12)(query, key, torch.arange(12)),
        F.cross_entropy(logits, torch.arange(12)))


def test_the_order_of_pairs_does_not_count() -> None:
    query, key, label = pairs()
    order = torch.randperm(len(label))
    loss = SupervisedContrastLoss(6)
    torch.testing.assert_close(
        loss(query[order], key[order], label[order]), loss(query, key, label))


@pytest.mark.parametrize('count', [0, 3])
def test_without_labels_the_loss_is_a_zero_with_gradient(count: int) -> None:
    query, key = (torch.randn(count, 4, requires_grad=True) for _ in range(2))
    loss = SupervisedContrastLoss(2)(query, key, torch.full((count,), 255))
    loss.backward()
    assert loss.item() == 0
    assert not query.grad.any() and not key.grad.any()


def test_half_precision_features_count_in_float32() -> None:
    query, key, label = pairs()
    expected = SupervisedContrastLoss(6)(query.bfloat16().float(), key.bfloat16().float(), label)
    with torch.autocast('cpu', torch.bfloat16):
        found = SupervisedContrastLoss(6)(query.bfloat16(), key.bfloat16(), label)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize('options,message', [
    (dict(temperature=0.01), 'temperature'), (dict(mean_over='world'), 'mean_over'),
    (dict(num_classes=0), 'num_classes')])
def test_bad_options_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SupervisedContrastLoss(**{**dict(num_classes=3), **options})


def test_rows_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match='label'):
        SupervisedContrastLoss(2)(torch.zeros(2, 3), torch.zeros(2, 3), torch.zeros(3))
