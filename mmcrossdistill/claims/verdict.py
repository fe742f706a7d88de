"""When a claim holds."""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.9
HOLDS, FAILS, NOISE = 'holds', 'does not hold', 'within noise'
ONE_SEED, UNDEFINED, UNMEASURED = 'one seed only', 'undefined', 'not measured'
RULE = (
    'Each seed gives one difference B - A: all trainings of a seed share it, on one world. The '
    f'verdict comes from the {CONFIDENCE:.0%} t interval of the mean difference over the seeds '
    f'(mean ± t · std / √n with n - 1 degrees of freedom): **{HOLDS}** if all of it lies on the '
    f'side that the claim says, **{FAILS}** if all of it lies on the other, **{NOISE}** if it '
    'contains zero. The spread of one seed over worlds is not in it.')


@dataclass(frozen=True)
class Judgement:
    """Statistics of the differences and what follows.

    Args:
        verdict: one of the words of this module.
        mean: of the differences; ``None`` if undefined.
        std: with n - 1; ``None`` with one seed.
        low: end of the interval; ``None`` with one seed.
        high: end of the interval; ``None`` with one seed.
    """

    verdict: str
    mean: float | None = None
    std: float | None = None
    low: float | None = None
    high: float | None = None


def judge(differences: Sequence[float], sign: int) -> Judgement:
    """Hold the differences of some seeds against a claim.

    Args:
        differences: B - A, one per seed.
        sign: of the difference if the claim holds, 1 or -1.

    Returns:
        The judgement.

    Raises:
        ValueError: if there is no difference.
    """
    if not differences:
        raise ValueError('a claim is judged by the differences of at least one seed')
    if not all(math.isfinite(value) for value in differences):
        return Judgement(UNDEFINED)
    values = np.asarray(differences, dtype=np.float64)
    mean = float(values.mean())
    if len(values) == 1:
        return Judgement(ONE_SEED, mean)
    std = float(values.std(ddof=1))
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(values) - 1)) * std / math.sqrt(len(values))
    low, high = mean - half, mean + half
    ends = sorted((sign * low, sign * high))
    verdict = HOLDS if ends[0] > 0 else FAILS if ends[1] < 0 else NOISE
    return Judgement(verdict, mean, std, low, high)
