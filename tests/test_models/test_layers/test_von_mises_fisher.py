"""The von Mises-Fisher distribution against mpmath and scipy."""
from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import torch
from scipy.special import ive

from mmcrossdistill.models.layers.von_mises_fisher import estimate_kappa, log_normalizer

KAPPAS = np.logspace(-4, 5, 28)


@pytest.mark.parametrize('channels', [32, 33, 64, 128, 256, 512, 1024])
def test_float32_is_right_to_a_millionth(channels: int) -> None:
    kappas = torch.tensor(KAPPAS, dtype=torch.float32)
    order = mpmath.mpf(channels) / 2 - 1
    with mpmath.workdps(40):
        expected = [
            order * mpmath.log(kappa) - channels * mpmath.log(2 * mpmath.pi) / 2
            - mpmath.log(mpmath.besseli(order, kappa, maxterms=10 ** 6))
            for kappa in map(mpmath.mpf, kappas.tolist())]
    found = log_normalizer(kappas, channels)
    assert found.dtype == torch.float32
    np.testing.assert_allclose(found.double(), np.array(expected, dtype=float), rtol=1e-6)


@pytest.mark.parametrize('channels', [32, 64, 1024])
def test_it_makes_a_density(channels: int) -> None:
    """Without concentration the density is one over the area of the sphere."""
    area = math.log(2) + channels / 2 * math.log(math.pi) - math.lgamma(channels / 2)
    assert log_normalizer(torch.zeros(1), channels).item() == pytest.approx(-area, rel=1e-6)


def test_the_values_that_the_released_code_misses() -> None:
    kappas = torch.tensor([1.0, 10.0, 50.0, 67.0], dtype=torch.float64)
    log_bessel = 31 * kappas.log() - 32 * math.log(2 * math.pi) - log_normalizer(kappas, 64)
    torch.testing.assert_close(log_bessel, torch.tensor(
        [-99.5720, -27.4274, 37.7123, 56.8802], dtype=torch.float64), rtol=0, atol=1e-4)


@pytest.mark.parametrize('channels', [32, 64, 512])
def test_the_gradient_is_minus_the_mean_length(channels: int) -> None:
    kappas = torch.tensor([0.5, 3.0, 67.0, 900.0], dtype=torch.float64, requires_grad=True)
    log_normalizer(kappas, channels).sum().backward()
    expected = [-float(mpmath.besseli(channels / 2, kappa) / mpmath.besseli(
        channels / 2 - 1, kappa)) for kappa in kappas.tolist()]
    np.testing.assert_allclose(kappas.grad, expected, rtol=1e-8)
    assert torch.autograd.gradcheck(lambda kappa: log_normalizer(kappa, channels), kappas)


def test_narrow_features_are_refused() -> None:
    with pytest.raises(ValueError, match='at least 32'):
        log_normalizer(torch.ones(1), 31)


def test_sras_estimate() -> None:
    lengths = torch.tensor([0.2, 0.632, 0.95])
    expected = [r * (64 - r * r) / (1 - r * r) for r in lengths.tolist()]
    torch.testing.assert_close(estimate_kappa(lengths, 64), torch.tensor(expected))
    # It solves the equation of maximum likelihood nearly.
    kappa = estimate_kappa(lengths, 64).double().numpy()
    np.testing.assert_allclose(ive(32, kappa) / ive(31, kappa), lengths, rtol=0.01)


def test_the_ends_stay_finite() -> None:
    kappa = estimate_kappa(torch.tensor([0.0, 1.0]), 64)
    assert (kappa > 0).all() and torch.isfinite(kappa).all()


def test_averages_from_zero_bound_the_published_concentration() -> None:
    """After 10 000 steps a mean of length one is 0.632 long at most."""
    longest = 1 - 0.9999 ** 10000
    assert estimate_kappa(torch.tensor([longest]), 64).item() == pytest.approx(67, abs=0.5)
