"""Day-clear, day-rain or night, from a scene's description."""
from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping

from mmcrossdistill.datasets.selection import CONDITIONS

# Scenes per condition on the full nuScenes; the rule must reproduce them.
OFFICIAL_COUNTS = {
    'train': dict(zip(CONDITIONS, (491, 125, 84), strict=True)),
    'val': dict(zip(CONDITIONS, (111, 24, 15), strict=True))}


def condition_of(description: str, exclude: Iterable[str] = ()) -> str:
    """Read the condition out of a scene description.

    'night' anywhere gives night, else 'rain' anywhere gives day-rain, else day-clear; upper and
    lower case alike.
    Source: md4all's keyword rule, both of its night conditions taken together.

    Args:
        description: of the scene table, e.g. 'Night, after rain, many peds'.
        exclude: phrases that are taken out before the keywords are looked for; with
            ``('after rain',)`` a merely wet road does not count as rain.

    Returns:
        One of ``CONDITIONS``.
    """
    text = description.lower()
    for phrase in exclude:
        text = text.replace(phrase.lower(), ' ')
    if 'night' in text:
        return 'night'
    return 'day-rain' if 'rain' in text else 'day-clear'


def count_conditions(conditions: Iterable[str]) -> dict[str, int]:
    """Count scenes or keyframes per condition.

    Args:
        conditions: one per scene or keyframe.

    Returns:
        Count of every condition, in the order of ``CONDITIONS``.
    """
    counts = Counter(conditions)
    return {name: counts[name] for name in CONDITIONS}


def warn_if_unofficial(split: str, counts: Mapping[str, int]) -> None:
    """Warn when a full official split has other counts than nuScenes.

    Args:
        split: 'train' or 'val'; other names and partial splits are not checked.
        counts: scenes per condition.
    """
    official = OFFICIAL_COUNTS.get(split)
    if official is None or sum(counts.values()) != sum(official.values()):
        return
    if dict(counts) != official:
        warnings.warn(
            f'nuScenes {split} has {dict(counts)} scenes per condition, the full data set has '
            f'{official}: the scene table was changed, or --exclude is in use', stacklevel=2)
