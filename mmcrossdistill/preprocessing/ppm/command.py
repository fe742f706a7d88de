"""The ``ppm`` command: arguments, list of keyframes, and the work on one of them."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mmcrossdistill.datasets.transforms.loading import read_points
from mmcrossdistill.preprocessing import sharded_run
from mmcrossdistill.preprocessing.image_tasks import add_dataset_arguments, open_datasets
from mmcrossdistill.preprocessing.rigid import invert_rigid

from .mining import Scan, mine
from .records import record_path, write_records
from .settings import CLUSTER_METHODS, GROUND_METHODS, PpmSettings

_CHOICES = {'ground': GROUND_METHODS, 'clustering': CLUSTER_METHODS}
_CLOCK = 1e-3  # seconds; times of sweeps are not exact multiples


def add_setting_arguments(parser: argparse.ArgumentParser) -> None:
    """Add an option for every parameter of positive pair mining.

    Args:
        parser: receives them.
    """
    group = parser.add_argument_group('parameters', 'see mmcrossdistill.preprocessing.ppm.settings')
    for field in fields(PpmSettings):
        group.add_argument(
            f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default,
            choices=_CHOICES.get(field.name))


def settings_of(args: argparse.Namespace) -> PpmSettings:
    """Collect the parameters.

    Args:
        args: parsed options of :func:`add_setting_arguments`.
    """
    return PpmSettings(**{field.name: getattr(args, field.name) for field in fields(PpmSettings)})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments.

    Args:
        parser: receives them.
    """
    add_dataset_arguments(parser)
    parser.add_argument('--out', type=Path, help='folder of the records (default: <root>/ppm)')
    add_setting_arguments(parser)
    sharded_run.add_arguments(parser)


def near_sweeps(info: dict[str, Any], max_gap: float) -> list[dict[str, Any]]:
    """List the sweeps around a keyframe.

    Args:
        info: item of a dataset with sweeps.
        max_gap: seconds.
    """
    return [sweep for sweep in info['lidar_sweeps']
            if abs(sweep['timestamp'] - info['timestamp']) <= max_gap + _CLOCK]


def load_scans(info: dict[str, Any], sweeps: list[dict[str, Any]]) -> list[Scan]:
    """Read the clouds of a window.

    Args:
        info: item of a dataset.
        sweeps: its sweeps.

    Returns:
        The keyframe's scan, then those of the sweeps.
    """
    lidar = info['lidar_points']
    scans = [Scan(read_points(lidar['lidar_path'], lidar['num_pts_feats']), np.eye(4), 0.0)]
    for sweep in sweeps:
        points = read_points(sweep['lidar_points']['lidar_path'], lidar['num_pts_feats'])
        to_key = invert_rigid(np.asarray(sweep['lidar_points']['lidar2sensor']))
        scans.append(Scan(points, to_key, sweep['timestamp'] - info['timestamp']))
    return scans


def make_miner(folder: Path, settings: PpmSettings) -> Callable[[dict[str, Any]], None]:
    """Make what writes the records of one keyframe.

    Args:
        folder: of the records.
        settings: parameters.
    """
    def work(info: dict[str, Any]) -> None:
        """Mine one keyframe."""
        sweeps = near_sweeps(info, settings.max_gap)
        records = mine(load_scans(info, sweeps), np.asarray(info['lidar_points']['lidar2ego']),
                       settings)
        write_records(record_path(folder, info['token']), {
            sweep['sample_data_token']: record
            for sweep, record in zip(sweeps, records[1:], strict=True)})
    return work


def run(args: argparse.Namespace) -> int:
    """Write the records of one shard.

    Args:
        args: parsed options of :func:`add_arguments`.

    Returns:
        0, the exit code.

    Raises:
        ValueError: if no keyframe has a sweep.
    """
    out = args.out or args.root / 'ppm'
    settings = settings_of(args)
    keyframes = [info for dataset in open_datasets(args, with_sweeps=True) for info in dataset
                 if near_sweeps(info, settings.max_gap)]
    if not keyframes:
        raise ValueError(
            f'{args.root}: no keyframe of {args.ann_file} has a LiDAR sweep within '
            f'{settings.max_gap} s; MiniDrive needs create_data.py minidrive --sweeps lidar')
    sharded_run.claim_folder(out, asdict(settings))
    shard = sharded_run.take_shard(keyframes, args.num_shards, args.shard_id)
    todo = [info for info in shard if not record_path(out, info['token']).is_file()]
    seconds = sharded_run.run_items(todo, partial(make_miner, out, settings), args.workers)
    print(f"{out}: {sharded_run.summarise(seconds, 'keyframe', len(shard) - len(todo))}")
    if todo:
        pairs = sum(len(near_sweeps(info, settings.max_gap)) for info in todo)
        print(f'{pairs} pairs of a keyframe and a sweep, {1e3 * sum(seconds) / pairs:.0f} ms each')
    return 0
