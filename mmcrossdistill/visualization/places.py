"""Which views to show: the same place in several conditions, where there are such."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.datasets.selection import CONDITIONS

_CAMERA = 'CAM_FRONT'
_CANDIDATES = 12


def match_views(infos: Sequence[dict[str, Any]], conditions: Sequence[str] = CONDITIONS,
                ) -> list[dict[str, int]]:
    """Find the views that show one place from one pose in every condition.

    Args:
        infos: of single views, with ``condition``, ``view_names`` and ``ego2global``.
        conditions: that must all be there.

    Returns:
        Condition to row of ``infos``, one dict per place, in the order of ``infos``.
    """
    places: dict[tuple, dict[str, int]] = defaultdict(dict)
    for row, info in enumerate(infos):
        pose = np.round(np.asarray(info['ego2global'])[:3], 3)
        places[info['view_names'][0], pose.tobytes()].setdefault(info['condition'], row)
    return [{condition: place[condition] for condition in conditions}
            for place in places.values() if set(conditions) <= place.keys()]


def spread(items: Sequence[Any], count: int) -> list[Any]:
    """Pick so many items at even distances.

    Args:
        items: to pick from.
        count (>= 1): how many at most.

    Returns:
        The picked items in their order.
    """
    rows = np.unique(np.linspace(0, len(items) - 1, min(count, len(items))).round().astype(int))
    return [items[row] for row in rows]


def variety(dataset: PairedImageLidarDataset, row: int) -> int:
    """Count the classes that the points of a view have.

    Args:
        dataset: of single views.
        row: of the view.
    """
    return len(dataset[row]['data_samples'].corr.label.unique())


def choose_place(dataset: PairedImageLidarDataset, places: Sequence[dict[str, int]]
                 ) -> dict[str, int]:
    """Choose the place to show: the one with the most classes among some candidates.

    Args:
        dataset: of single views.
        places: condition to row, as :func:`match_views` gives them.

    Returns:
        One of the places.
    """
    front = [place for place in places if dataset.get_data_info(
        next(iter(place.values())))['view_names'] == [_CAMERA]]
    return max(spread(front or places, _CANDIDATES),
               key=lambda place: variety(dataset, next(iter(place.values()))))


@dataclass(frozen=True)
class ConditionSample:
    """Views of several conditions.

    Args:
        rows: of the data set.
        conditions: of each row.
        groups: scene of each row, and the views of one place share it; the place itself where a
            condition has a single scene.
        paired: whether every place is there in all conditions.
    """

    rows: tuple[int, ...]
    conditions: tuple[str, ...]
    groups: tuple[str, ...]
    paired: bool


def sample_conditions(infos: Sequence[dict[str, Any]], conditions: Sequence[str], count: int,
                      seed: int = 0) -> ConditionSample:
    """Pick the same number of views of every condition.

    Where the data set shows places in all conditions, as MiniDrive does, these are taken, spread
    evenly; else the views are drawn at random.
    Source: CD Fig. 3 draws 100 of each condition at random.

    Args:
        infos: of single views.
        conditions: to pick.
        count: views of each condition, fewer where there are fewer.
        seed: of the drawing.

    Returns:
        The views.

    Raises:
        ValueError: if a condition has no view.
    """
    held = {name: [row for row, info in enumerate(infos) if info['condition'] == name]
            for name in conditions}
    if empty := [name for name, rows in held.items() if not rows]:
        raise ValueError(f'the data set has no view of {empty}')
    places = match_views(infos, conditions)
    if places:
        places = spread(places, count)
        chosen = {name: [place[name] for place in places] for name in conditions}
        scenes = [infos[place[conditions[0]]]['scene_name'] for place in places]
        if len(set(scenes)) == 1:
            scenes = [f'{scenes[0]}/{number}' for number in range(len(places))]
        groups = scenes * len(conditions)
    else:
        rng = np.random.default_rng(seed)
        count = min(count, *(len(rows) for rows in held.values()))
        chosen = {name: sorted(rng.choice(rows, count, replace=False).tolist())
                  for name, rows in held.items()}
        groups = [infos[row]['scene_name'] for rows in chosen.values() for row in rows]
    return ConditionSample(
        tuple(row for rows in chosen.values() for row in rows),
        tuple(name for name, rows in chosen.items() for _ in rows), tuple(groups), bool(places))
