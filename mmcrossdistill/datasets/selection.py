"""Which keyframes of an info file a dataset uses."""
from __future__ import annotations

import json
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

import numpy as np

CONDITIONS = ('day-clear', 'day-rain', 'night')
FRACTION_RULES = ('scene_counter', 'random')

Items = list[dict[str, Any]]


def read_split(data_root: str, split: str) -> list[str]:
    """Read the scene names of one split.

    Args:
        data_root: folder that holds ``splits.json``.
        split: key of the file.

    Returns:
        Scene names.

    Raises:
        FileNotFoundError: if the file does not exist.
        KeyError: if it has no such split.
    """
    path = Path(data_root, 'splits.json')
    if not path.is_file():
        raise FileNotFoundError(
            f'{path} does not exist, but split={split!r} is looked up there; MiniDrive writes it '
            '(tools/create_data.py minidrive); on other data use scenes= or leave split=None')
    splits = json.loads(path.read_text())
    if split not in splits:
        raise KeyError(f'{path} has no split {split!r}; it has {sorted(splits)}')
    return splits[split]


def _require_some(items: Items, before: int, where: str, name: str) -> Items:
    """Pass the items on, or say which filter left none.

    Args:
        items: what the filter kept.
        before: keyframes before the filter.
        where: the info file.
        name: the filter as the config names it.

    Raises:
        ValueError: if nothing is left.
    """
    if not items:
        raise ValueError(
            f'{where}: the filter {name} leaves none of {before} keyframes; relax it or rebuild '
            'the infos')
    return items


def filter_scenes(items: Items, names: Container[str], where: str, name: str) -> Items:
    """Keep the keyframes of some scenes.

    Args:
        items: infos.
        names: scene names.
        where: the info file, for the message.
        name: the filter as the config names it, for the message.

    Raises:
        ValueError: if nothing is left.
    """
    names = set(names)
    kept = [item for item in items if item['scene_name'] in names]
    return _require_some(kept, len(items), where, name)


def filter_conditions(items: Items, conditions: Sequence[str], where: str) -> Items:
    """Keep the keyframes of some conditions.

    Args:
        items: infos.
        conditions: of 'day-clear', 'day-rain', 'night'.
        where: the info file, for the message.

    Raises:
        KeyError: if the infos have no conditions.
        ValueError: if a condition is unknown or nothing is left.
    """
    if unknown := set(conditions) - set(CONDITIONS):
        raise ValueError(f'conditions {sorted(unknown)} are not of {CONDITIONS}')
    if items and 'condition' not in items[0]:
        raise KeyError(
            f"{where}: the infos have no key 'condition'; rebuild them with tools/create_data.py")
    kept = [item for item in items if item['condition'] in conditions]
    return _require_some(kept, len(items), where, f'conditions={list(conditions)}')


def take_fraction(items: Items, fraction: float, rule: str, seed: int, where: str) -> Items:
    """Keep a share of the keyframes.

    Args:
        items: infos, scene after scene.
        fraction ((0, 1]): share to keep.
        rule: 'scene_counter' counts scenes in file order from one and keeps those whose count is
            a multiple of round(1 / fraction), SLidR's few-shot rule; 'random' draws keyframes.
        seed: of the 'random' rule.
        where: the info file, for the message.

    Raises:
        ValueError: if fraction or rule is invalid, or nothing is left.
    """
    if not 0 < fraction <= 1:
        raise ValueError(f'fraction={fraction} is not in (0, 1]')
    if rule not in FRACTION_RULES:
        raise ValueError(f'fraction_rule={rule!r} is not one of {FRACTION_RULES}')
    if rule == 'random':
        count = round(fraction * len(items))
        chosen = np.random.default_rng(seed).choice(len(items), count, replace=False)
        kept = [items[index] for index in np.sort(chosen)]
    else:
        skip = round(1 / fraction)
        scenes = list(dict.fromkeys(item['scene_name'] for item in items))
        chosen_scenes = set(scenes[skip - 1::skip])
        kept = [item for item in items if item['scene_name'] in chosen_scenes]
    return _require_some(kept, len(items), where, f'fraction={fraction} (rule {rule!r})')
