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
        relative: whether the gain is a percentage of the value before.
        text: the claim in words.
    """

    group: str
    metric: str
    condition: str
    at_least: float
    relative: bool
    text: str


EXPECTATIONS = (
    Expectation('seg', 'miou', 'night', 2.0, False, 'mIoU at night rises by at least 2 points'),
    Expectation('seg', 'miou', 'day_rain', 3.0, False, 'mIoU in rain rises by at least 3 points'),
    Expectation('seg', 'miou', 'day_clear', -1.0, False,
                'mIoU on clear days falls by no more than 1 point'),
    Expectation('depth', 'rmse', 'night', 8.0, True, 'depth RMSE at night falls by at least 8 %'),
    Expectation('depth', 'rmse', 'day_rain', 8.0, True,
                'depth RMSE in rain falls by at least 8 %'),
    Expectation('depth', 'rmse', 'day_clear', 0.0, True,
                'depth RMSE on clear days is not higher'),
)


def gain(before: float, after: float, lower_is_better: bool, relative: bool) -> float:
    """Compute an improvement.

    Args:
        before: value.
        after: value.
        lower_is_better: as of an error.
        relative: in percent of ``before`` instead of the metric's unit.

    Returns:
        Positive where things got better.
    """
    difference = before - after if lower_is_better else after - before
    return 100.0 * difference / before if relative else difference


def judge(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Hold every expectation against the results.

    Args:
        results: ``{group: {metric: {'before'|'after': {condition: value}}}}``.

    Returns:
        One dict per expectation: ``text``, ``gain`` (positive is better), ``at_least``, ``change``
        (the gain with the sign of the metric's own change), ``unit``, ``holds``.
    """
    verdicts = []
    for claim in EXPECTATIONS:
        values = results[claim.group][claim.metric]
        lower_is_better = claim.group == 'depth'
        measured = gain(values['before'][claim.condition], values['after'][claim.condition],
                        lower_is_better, claim.relative)
        verdicts.append({
            'text': claim.text, 'gain': measured, 'at_least': claim.at_least,
            'change': -measured if lower_is_better else measured,
            'unit': '%' if claim.relative else 'points', 'holds': bool(measured >= claim.at_least)})
    return verdicts
