"""The von Mises-Fisher distribution: directions spread around a mean direction."""
from __future__ import annotations

import math
from fractions import Fraction

import torch
from torch import Tensor

# Below, the expansion in the reciprocal of the order is not worth its digits.
_MIN_CHANNELS = 32
_TERMS = 8
# A mean of length 0 has no direction, one of length 1 an infinite concentration.
_SHORTEST, _LONGEST = 1e-4, 1 - 1e-4


def _debye_polynomials(terms: int) -> list[list[float]]:
    """Make the polynomials u_1, u_2, ... of Debye's expansion from their recurrence.

    u_(k+1)(p) = p^2 (1 - p^2) u_k'(p) / 2 + integral from 0 to p of (1 - 5 t^2) u_k(t) / 8.
    Source: Abramowitz and Stegun 9.3.10; DLMF 10.41.10.

    Args:
        terms: how many.

    Returns:
        Coefficients of each, by rising power of p.
    """
    current, found = [Fraction(1)], []
    for _ in range(terms):
        following = [Fraction(0)] * (len(current) + 3)
        for power, value in enumerate(current):
            following[power + 1] += value * Fraction(power, 2) + value / (8 * (power + 1))
            following[power + 3] -= (
                value * Fraction(power, 2) + 5 * value / (8 * (power + 3)))
        current = following
        found.append([float(value) for value in current])
    return found


_DEBYE = _debye_polynomials(_TERMS)


def log_normalizer(kappa: Tensor, channels: int) -> Tensor:
    """Logarithm of the factor that makes exp(kappa mu.z) a density on the unit sphere.

    kappa^v / ((2 pi)^(C / 2) I_v(kappa)) with v = C / 2 - 1 and the modified Bessel function I_v.
    Bessel's function over- and underflows long before its logarithm does, so the logarithm is
    taken of its expansion for large orders, which holds for all arguments at once. kappa^v cancels
    against the same power in I_v, and the result is right at kappa = 0, too. Computed in float64:
    there are as many values as classes. The gradient is -I_(C/2) / I_(C/2-1), the mean length.
    Source: OLIVINE Eq. 4; DLMF 10.41.3. The released code computes I_0 in place of I_v.

    Args:
        kappa ((K,) float): concentrations, at least 0.
        channels (>= 32): C, width of the directions.

    Returns:
        (K,) float: as exact as the type of ``kappa`` allows.

    Raises:
        ValueError: if ``channels`` is too small.
    """
    if channels < _MIN_CHANNELS:
        raise ValueError(
            f'the von Mises-Fisher distribution needs features of at least {_MIN_CHANNELS} '
            f'channels, got {channels}')
    order = channels / 2 - 1
    root = (kappa.double().square() + order ** 2).sqrt()
    ratio = order / root
    series = torch.ones_like(root)
    for number, coefficients in enumerate(_DEBYE, start=1):
        value = torch.zeros_like(root)
        for coefficient in reversed(coefficients):
            value = value * ratio + coefficient
        series = series + value / order ** number
    log_bessel_over_power = (
        root - order * (order + root).log() - 0.5 * (2 * math.pi * root).log() + series.log())
    return (-0.5 * channels * math.log(2 * math.pi) - log_bessel_over_power).to(kappa.dtype)


def estimate_kappa(length: Tensor, channels: int) -> Tensor:
    """Estimate concentrations from the lengths of mean directions.

    Lengths are kept in [1e-4, 1 - 1e-4], so that no estimate is zero or infinite.
    Source: OLIVINE Eq. 9 (Sra, Computational Statistics 2012).

    Args:
        length ((K,) float): norm R of the mean of unit vectors, in [0, 1].
        channels: C, width of the directions.

    Returns:
        (K,) float: R (C - R^2) / (1 - R^2).
    """
    length = length.clamp(_SHORTEST, _LONGEST)
    # Not 1 - R^2, whose rounding is large next to R = 1.
    return length * (channels - length.square()) / ((1 - length) * (1 + length))
