"""Generates a whole data set: scenes in parallel, then the tables."""
from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from mmcrossdistill.utils.atomic_file import write_atomically

from .categories import ATTRIBUTES, CATEGORIES, VISIBILITY
from .plan import SPLITS, SceneSpec, Settings, plan_scenes, world_groups
from .raycast import StillScene
from .scene_writer import MAP_EXTENT, STATE, VERSION, SceneWriter, to_json
from .sensors import CAMERAS, LIDAR
from .world import build_world

_HEADER = 'minidrive.json'


def generate(root: Path, settings: Settings, workers: int = 1,
             on_progress: Callable[[int], None] | None = None) -> list[SceneSpec]:
    """Generate a data set, finish one that was interrupted, or add scenes to one with fewer.

    Args:
        root: folder of the data set.
        settings: what to generate; see :func:`claim`.
        workers: processes; the bytes do not depend on it.
        on_progress: called with the number of scenes that were finished since the last call.

    Returns:
        The scenes.

    Raises:
        FileExistsError: if the folder holds a data set with other settings.
        ValueError: if workers < 1, or the settings choose no scene.
    """
    if workers < 1:
        raise ValueError(f'workers is {workers}, must be at least 1')
    settings = claim(root, settings)
    specs = plan_scenes(settings)
    todo = [[spec for spec in group if not (root / STATE / f'{spec.name}.json').exists()]
            for group in world_groups(specs)]
    finished = len(specs) - sum(map(len, todo))
    if on_progress is not None and finished:
        on_progress(finished)
    todo = [group for group in todo if group]
    task = partial(_generate_group, root, settings)
    if workers == 1:
        for group in todo:
            task(group)
            if on_progress is not None:
                on_progress(len(group))
    elif todo:
        with multiprocessing.Pool(min(workers, len(todo))) as pool:
            for count in pool.imap_unordered(task, todo):
                if on_progress is not None:
                    on_progress(count)
    write_tables(root, specs)
    return specs


def claim(root: Path, settings: Settings) -> Settings:
    """Mark the folder with the settings, or check that it carries the same ones.

    Args:
        root: folder of the data set.
        settings: what to generate.

    Returns:
        The settings, with the scenes that were chosen for this folder earlier, too.

    Raises:
        FileExistsError: if the folder holds a data set with other settings.
        ValueError: if the settings choose no scene.
    """
    plan_scenes(settings)  # a mistyped choice must not stay in the folder
    header = root / _HEADER
    if header.exists():
        found = json.loads(header.read_text())
        chosen = tuple(found.get('only', ()))
        if replace(settings, only=chosen).header() != found:
            raise FileExistsError(
                f'{header}: the folder holds MiniDrive data made with other settings '
                f'({found}, asked for {settings.header()}); choose another --out or delete it')
        # No choice is all scenes.
        joined = tuple(dict.fromkeys((*chosen, *settings.only)))
        settings = replace(settings, only=joined if chosen and settings.only else ())
    elif (root / VERSION).exists():
        raise FileExistsError(f'{root}: holds a nuScenes data set that is not MiniDrive; choose '
                              'another --out')
    write_atomically(header, to_json(settings.header()))
    return settings


def _generate_group(root: Path, settings: Settings, group: Sequence[SceneSpec]) -> int:
    """Generate the scenes that share one world; returns their number."""
    cv2.setNumThreads(1)  # the scenes are the unit of parallelism
    world = build_world(group[0].world_seed)
    still = StillScene(world.still)
    for spec in group:
        SceneWriter(root, spec, settings, world, still).write()
    return len(group)


def _token(name: str) -> str:
    """Token of a record that all scenes share."""
    return hashlib.md5(name.encode()).hexdigest()


def write_tables(root: Path, specs: Sequence[SceneSpec]) -> None:
    """Join the scenes' records into the nuScenes tables and write ``splits.json``.

    Args:
        root: folder of the data set; all scenes are finished.
        specs: the scenes, in table order.
    """
    tables: dict[str, list[dict]] = {}
    for spec in specs:
        for name, rows in json.loads((root / STATE / f'{spec.name}.json').read_bytes()).items():
            tables.setdefault(name, []).extend(rows)
    counts = {}
    for row in tables['instance']:
        counts[row['category_token']] = counts.get(row['category_token'], 0) + 1
    tables['category'] = [
        {'token': _token(name), 'name': name, 'description': name.replace('.', ' '),
         'index': index} for index, name in enumerate(CATEGORIES)]
    tables['attribute'] = [{'token': _token(name), 'name': name, 'description': name}
                           for name in ATTRIBUTES]
    tables['visibility'] = [{'token': token, 'level': level, 'description': text}
                            for token, level, text in VISIBILITY]
    tables['sensor'] = [
        {'token': _token(mount.channel), 'channel': mount.channel,
         'modality': 'camera' if mount.intrinsic else 'lidar'} for mount in (LIDAR, *CAMERAS)]
    map_name = 'maps/minidrive.png'
    tables['map'] = [{'token': _token(map_name), 'category': 'semantic_prior',
                      'filename': map_name, 'log_tokens': [row['token'] for row in tables['log']]}]
    side = int(MAP_EXTENT * 10)  # the devkit takes 0.1 m per pixel
    write_atomically(root / map_name,
                     cv2.imencode('.png', np.full((side, side), 255, np.uint8))[1].tobytes())
    splits = {split: [spec.name for spec in specs if spec.split == split] for split in SPLITS}
    write_atomically(root / 'splits.json', json.dumps(splits, indent=1).encode())
    for name, rows in tables.items():
        write_atomically(root / VERSION / f'{name}.json', to_json(rows))
