"""What the demonstration claims, and whether the measured numbers bear it out."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Expectation:
    """One claim about a difference between before and after.

    Args:
        group: ``seg`` or ``depth``.
        metric: key inside the group.
        condition: where it is measured.
        at_least: smallest gain that fulfils it; gains are positive where things got better.
        text: the claim in words.
    """

    group: str
    metric: str
    condition: str
    at_least: float
    text: str


EXPECTATIONS = (
    Expectation('seg', 'miou', 'night', 2.0, 'mIoU at night rises by at least 2 points'),
    Expectation('seg', 'miou', 'day_rain', 3.0, 'mIoU in rain rises by at least 3 points'),
    Expectation('seg', 'miou', 'day_clear', -1.0,
                'mIoU on clear days falls by no more than 1 point'),
    Expectation('depth', 'rmse', 'night', 8.0, 'depth RMSE at night falls by at least 8 %'),
    Expectation('depth', 'rmse', 'day_rain', 8.0,
                'depth RMSE in rain falls by at least 8 %'),
    Expectation('depth', 'rmse', 'day_clear', 0.0,
                'depth RMSE on clear days is not higher'),
)


def gain(before: float, after: float, group: str) -> float:
    """Compute an improvement.

    Args:
        before: value.
        after: value.
        group: of the metric; depth errors fall, and in percent of ``before``.

    Returns:
        Positive where things got better.
    """
    return 100.0 * (before - after) / before if group == 'depth' else after - before


def judge(gains: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """Hold every expectation against the results.

    Args:
        gains: ``{'<group>.<metric>': {condition: gain}}``, of one seed or their mean.

    Returns:
        One dict per expectation: ``text``, ``gain`` (positive is better), ``at_least``, ``change``
        (the gain with the sign of the metric's own change), ``unit``, ``holds``.
    """
    verdicts = []
    for claim in EXPECTATIONS:
        measured = gains[f'{claim.group}.{claim.metric}'][claim.condition]
        sign, unit = (-1, '%') if claim.group == 'depth' else (1, 'points')
        verdicts.append({
            'text': claim.text, 'gain': measured, 'at_least': claim.at_least,
            'change': sign * measured, 'unit': unit, 'holds': bool(measured >= claim.at_least)})
    return verdicts
