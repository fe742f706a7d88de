"""The consistency loss against a statement row by row."""
from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.special import ive

from mmcrossdistill.models.losses import VMFConsistencyLoss

CLASSES, CHANNELS = 4, 32


def rows(count: int = 60, present: int = 3, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Features near the axis of their class, and labels of which some are missing."""
    generator = torch.Generator().manual_seed(seed)
    label = torch.randint(present, (count,), generator=generator)
    feats = torch.randn(count, CHANNELS, generator=generator)
    feats[torch.arange(count), label] += 12
    label[::7] = 255
    return feats, label


def warmed(**options) -> VMFConsistencyLoss:
    """A loss after two steps of warm-up."""
    loss = VMFConsistencyLoss(CLASSES, CHANNELS, momentum=0.5, warm_up=2, **options)
    for seed in (1, 2):
        loss(*rows(seed=seed))
    return loss


def reference(loss: VMFConsistencyLoss, feats: torch.Tensor, label: torch.Tensor,
              kappas: dict[int, float] | None = None) -> dict[int, list[float]]:
    """Minus the log-density of each row under its class, by class."""
    found: dict[int, list[float]] = {}
    order = CHANNELS / 2 - 1
    for row, number in zip(feats.double().numpy(), label.tolist(), strict=True):
        if number == 255:
            continue
        mean = loss.classes.average[number].double().numpy()
        length = np.linalg.norm(mean)
        kappa = length * (CHANNELS - length ** 2) / (1 - length ** 2)
        kappa = kappas[number] if kappas else kappa
        log_bessel = math.log(ive(order, kappa)) + kappa
        log_factor = order * math.log(kappa) - CHANNELS / 2 * math.log(2 * math.pi) - log_bessel
        cosine = mean @ row / length / np.linalg.norm(row)
        found.setdefault(number, []).append(-log_factor - kappa * cosine)
    return found


def test_nothing_but_the_averages_moves_in_the_warm_up() -> None:
    loss = VMFConsistencyLoss(CLASSES, CHANNELS, momentum=0.5, warm_up=2)
    for left in (2, 1):
        feats, label = rows()
        found = loss(feats.requires_grad_(), label)
        found.loss.backward()
        assert found.loss == 0 and not feats.grad.any() and found.warm_up_left == left
    before = loss.classes.average.clone()
    assert loss(*rows()).loss != 0 and torch.equal(loss.classes.average, before)


@pytest.mark.parametrize('reduction', ['pairs', 'classes'])
def test_the_loss_is_that_of_the_definition(reduction: str) -> None:
    loss = warmed(reduction=reduction, loss_weight=3.0)
    feats, label = rows()
    by_class = reference(loss, feats, label)
    expected = (np.mean([np.mean(values) for values in by_class.values()])
                if reduction == 'classes' else np.mean(sum(by_class.values(), [])))
    assert loss(feats, label).loss.item() == pytest.approx(3 * expected, rel=1e-5)


def test_concentrations_may_be_fixed_or_cut() -> None:
    feats, label = rows()
    fixed = warmed(fixed_kappa=2.0)
    values = sum(reference(fixed, feats, label, dict.fromkeys(range(4), 2.0)).values(), [])
    assert fixed(feats, label).loss.item() == pytest.approx(np.mean(values), rel=1e-5)
    assert warmed()(feats, label).kappa > 5
    assert warmed(max_kappa=5.0)(feats, label).kappa == 5


def test_rows_are_pulled_towards_the_mean_direction() -> None:
    loss = warmed()
    feats, label = rows()
    direction, kappa, _ = loss.parameters_of_classes()
    feats = torch.nn.functional.normalize(feats, dim=1).requires_grad_()
    loss(feats, label).loss.backward()
    labelled = label != 255
    assert not feats.grad[~labelled].any()
    pull = -kappa[label[labelled], None] * direction[label[labelled]] / labelled.sum()
    unit = feats.detach()[labelled]
    pull = pull - unit * (pull * unit).sum(1, keepdim=True)  # features are normalised once more
    torch.testing.assert_close(feats.grad[labelled], pull, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize('reduction', ['pairs', 'classes'])
def test_a_class_unseen_in_the_warm_up_takes_no_part(reduction: str) -> None:
    loss = warmed(reduction=reduction)
    feats, label = rows(present=3)
    expected = loss(feats, label).loss
    label = torch.cat([label, torch.full((9,), 3)])
    feats = torch.cat([feats, torch.randn(9, CHANNELS)]).requires_grad_()
    found = loss(feats, label)
    found.loss.backward()
    torch.testing.assert_close(found.loss, expected)
    assert torch.isfinite(feats.grad).all() and not feats.grad[-9:].any()


@pytest.mark.parametrize('reduction', ['pairs', 'classes'])
@pytest.mark.parametrize('count', [0, 1])
def test_without_labelled_rows_the_loss_is_a_zero_with_gradient(
        reduction: str, count: int) -> None:
    for loss in (warmed(reduction=reduction),
                 VMFConsistencyLoss(CLASSES, CHANNELS, warm_up=0, reduction=reduction)):
        feats = torch.randn(count, CHANNELS, requires_grad=True)
        found = loss(feats, torch.full((count,), 255))
        found.loss.backward()
        assert found.loss == 0 and feats.grad is not None and not feats.grad.any()


def test_evaluation_moves_nothing() -> None:
    loss = warmed().eval()
    before = {name: value.clone() for name, value in loss.state_dict().items()}
    loss(*rows(seed=5))
    assert all(torch.equal(value, before[name]) for name, value in loss.state_dict().items())


def test_half_precision_features_count_in_float32() -> None:
    feats, label = rows()
    expected = warmed()(feats.bfloat16().float(), label).loss
    with torch.autocast('cpu', torch.bfloat16):
        found = warmed()(feats.bfloat16(), label).loss
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize('options,message', [
    (dict(reduction='sum'), 'reduction'), (dict(mean_over='world'), 'mean_over'),
    (dict(momentum=1.0), 'momentum'), (dict(fixed_kappa=0.0), 'fixed_kappa'),
    (dict(max_kappa=-1.0), 'max_kappa'), (dict(channels=16), 'at least 32'),
    (dict(num_classes=0), 'num_classes')])
def test_bad_options_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        VMFConsistencyLoss(**{**dict(num_classes=4, channels=32), **options})


def test_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match='channels=32'):
        VMFConsistencyLoss(4, 32)(torch.randn(3, 64), torch.zeros(3, dtype=torch.long))
