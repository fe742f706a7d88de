"""The rule, by hand."""
from __future__ import annotations

import math

import pytest

from mmcrossdistill.claims.verdict import FAILS, HOLDS, NOISE, ONE_SEED, UNDEFINED, judge

# The 95 % quantile of Student's t with two degrees of freedom, from a printed table.
T_2 = 2.920


def test_three_seeds_by_hand():
    judged = judge([1.0, 2.0, 3.0], 1)
    half = T_2 * 1.0 / math.sqrt(3)
    assert (judged.mean, judged.std) == (2.0, pytest.approx(1.0))
    assert (judged.low, judged.high) == (pytest.approx(2 - half, abs=1e-3),
                                         pytest.approx(2 + half, abs=1e-3))
    assert judged.verdict == HOLDS


@pytest.mark.parametrize('differences, sign, verdict', [
    ([1.0, 1.1, 0.9], 1, HOLDS), ([1.0, 1.1, 0.9], -1, FAILS),
    ([-1.0, -1.1, -0.9], -1, HOLDS), ([-1.0, -1.1, -0.9], 1, FAILS),
    ([3.0, -1.0, 1.0], 1, NOISE), ([3.0, -1.0, 1.0], -1, NOISE), ([0.0, 0.0, 0.0], 1, NOISE)])
def test_the_side_of_zero_decides(differences, sign, verdict):
    assert judge(differences, sign).verdict == verdict


def test_one_seed_proves_nothing():
    judged = judge([5.0], 1)
    assert judged.verdict == ONE_SEED and judged.std is None


def test_what_is_no_number_is_said():
    judged = judge([1.0, math.nan], 1)
    assert judged.verdict == UNDEFINED and judged.mean is None


def test_nothing_cannot_be_judged():
    with pytest.raises(ValueError, match='at least one seed'):
        judge([], 1)
