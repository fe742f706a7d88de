"""Which keyframes of an info file a dataset uses."""
from __future__ import annotations

import json
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .nuscenes_splits import NAMED_SPLITS, named_scenes

CONDITIONS = ('day-clear', 'day-rain', 'night')
FRACTION_RULES = ('scene_counter', 'scan_slice', 'random')

Items = list[dict[str, Any]]


@dataclass(frozen=True)
class Selection:
    """Which keyframes a data set uses, the filters applied in this order.

    Segmentation and detection share it, so that a fraction means the same labels for both.

    Args:
        split: a key of ``<data_root>/splits.json``, or SLidR's 'parametrizing' and 'verifying';
            ``None`` keeps all scenes of the infos.
        scenes: scene names to keep, or a text file with one name per line.
        conditions: of 'day-clear', 'day-rain', 'night'; ``None`` keeps all.
        tokens: keyframes to keep, or a text file with one token per line; every one must be there.
        fraction ((0, 1]): share kept after the other filters.
        fraction_rule: see :func:`take_fraction`.
        fraction_seed: seed of the 'random' rule.
    """

    split: str | None = None
    scenes: Sequence[str] | str | None = None
    conditions: Sequence[str] | None = None
    tokens: Sequence[str] | str | None = None
    fraction: float = 1.0
    fraction_rule: str = 'scene_counter'
    fraction_seed: int = 0

    def apply(self, items: Items, data_root: str, where: str) -> Items:
        """Select keyframes.

        Args:
            items: infos, scene after scene.
            data_root: folder that may hold ``splits.json``.
            where: the info file, for messages.

        Raises:
            FileNotFoundError: if ``splits.json`` or a list does not exist.
            KeyError: if the split is unknown or the infos have no conditions.
            ValueError: if an option is invalid or a filter leaves nothing.
        """
        if self.split is not None:
            present = list(dict.fromkeys(item['scene_name'] for item in items))
            names = split_scenes(data_root, self.split, present)
            items = filter_scenes(items, names, where, f'split={self.split!r}')
        if self.scenes is not None:
            items = filter_scenes(items, read_names(self.scenes), where, 'scenes')
        if self.conditions is not None:
            items = filter_conditions(items, self.conditions, where)
        if self.tokens is not None:
            items = filter_tokens(items, read_names(self.tokens), where)
        if self.fraction != 1.0:
            items = take_fraction(
                items, self.fraction, self.fraction_rule, self.fraction_seed, where)
        return items


def split_scenes(data_root: str, split: str, scenes: Sequence[str]) -> list[str]:
    """List the scenes of one split.

    Args:
        data_root: folder that may hold ``splits.json``.
        split: key of that file, or 'parametrizing' or 'verifying', see
            :func:`~mmcrossdistill.datasets.nuscenes_splits.named_scenes`; the file goes first.
        scenes: names of the scenes in the infos, which the named splits divide.

    Returns:
        Scene names.

    Raises:
        FileNotFoundError: if the split is not a named one and there is no file.
        KeyError: if the file has no such split.
    """
    path = Path(data_root, 'splits.json')
    splits = json.loads(path.read_text()) if path.is_file() else {}
    if split in splits:
        return splits[split]
    if split in NAMED_SPLITS:
        return named_scenes(split, scenes)
    if not splits:
        raise FileNotFoundError(
            f'{path} does not exist, but split={split!r} is looked up there; MiniDrive writes it '
            f'(tools/create_data.py minidrive); on other data use one of {NAMED_SPLITS}, scenes= '
            'or split=None')
    raise KeyError(f'{path} has no split {split!r}; it has {sorted(splits)}')


def read_names(names: Sequence[str] | str) -> list[str]:
    """Read a list of names.

    Args:
        names: the list, or a text file with one name per line; ``#`` begins a remark.

    Raises:
        FileNotFoundError: if the file does not exist.
    """
    if not isinstance(names, str):
        return list(names)
    lines = (line.split('#')[0].strip() for line in Path(names).read_text().splitlines())
    return [line for line in lines if line]


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


def filter_tokens(items: Items, tokens: Sequence[str], where: str) -> Items:
    """Keep listed keyframes, in the order of the infos.

    Args:
        items: infos.
        tokens: of keyframes.
        where: the info file, for the message.

    Raises:
        ValueError: if one is not among the infos, or none is listed: results on a part of a list
            cannot be compared with results on the list.
    """
    wanted = set(tokens)
    if unknown := wanted - {item['token'] for item in items}:
        raise ValueError(
            f'{where}: {len(unknown)} of {len(wanted)} tokens are not among its {len(items)} '
            f'keyframes (after split, scenes and conditions), e.g. {sorted(unknown)[0]!r}; is '
            'the list in tokens= of another data set or split?')
    kept = [item for item in items if item['token'] in wanted]
    return _require_some(kept, len(items), where, 'tokens')


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
        rule: with k = round(1 / fraction), 'scene_counter' keeps every k-th scene in file order,
            the k-th first (SLidR on nuScenes: 7 of 700 scenes at 1 %); 'scan_slice' every k-th
            keyframe, the first one first (SLidR on SemanticKITTI); 'random' draws keyframes.
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
    elif rule == 'scan_slice':
        kept = items[::round(1 / fraction)]
    else:
        skip = round(1 / fraction)
        scenes = list(dict.fromkeys(item['scene_name'] for item in items))
        chosen_scenes = set(scenes[skip - 1::skip])
        kept = [item for item in items if item['scene_name'] in chosen_scenes]
    return _require_some(kept, len(items), where, f'fraction={fraction} (rule {rule!r})')
