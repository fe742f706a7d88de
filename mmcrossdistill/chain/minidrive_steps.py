"""The steps of any chain on MiniDrive: the world, and trainings in it."""
from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config

from .step import Step

# The tiny world has a dozen pictures per split: small batches make several steps of them, and the
# warm-up, a share of an epoch, would be shorter than one of these.
QUICK_OVERRIDES = ('train_cfg.max_epochs=1', 'train_dataloader.batch_size=4', 'param_scheduler=[]',
                   'default_hooks.logger.interval=1')
# All between the two keyframes next to one, at 12 Hz.
_CAMERA_SWEEPS = ('--camera-sweeps', '6', '--next-camera-sweeps', '6')
_READERS = ('train_dataloader', 'val_dataloader', 'val_evaluator')


def data_root_overrides(config: Any, data: Path, path: str = '', root: str = '',
                        ) -> Iterator[str]:
    """List the overrides that point every dataset of a config to another root.

    Helper variables of a config do not follow ``--cfg-options``, so each leaf is named: each
    ``data_root``, and what lies below it by its own value.

    Args:
        config: a config or a part of it.
        data: the wanted root.
        path: dotted place of this part in the whole.
        root: the ``data_root`` that surrounds this part.

    Yields:
        ``key=value`` for each path that differs.
    """
    items = config.items() if isinstance(config, dict) else enumerate(config)
    if path and isinstance(config, dict):
        root = config.get('data_root') or root
    for key, value in items:
        place = f'{path}.{key}' if path else str(key)
        if isinstance(value, str) and root:
            old, wanted = os.path.normpath(root), os.path.normpath(data)
            found = os.path.normpath(value)
            if old != wanted and (key == 'data_root' or found.startswith(f'{old}/')):
                yield f'{place}={data}{found.removeprefix(old)}'
        elif isinstance(value, (dict, list, tuple)):
            yield from data_root_overrides(value, data, place, root)


def final_checkpoint(config: Config, epochs: int | None) -> str:
    """Name the file that the runner leaves after the last epoch or iteration.

    Args:
        config: of the training.
        epochs: instead of the config's, or ``None``.

    Returns:
        A file name.
    """
    if epochs is not None or 'max_epochs' in config.train_cfg:
        return f'epoch_{epochs or config.train_cfg.max_epochs}.pth'
    return f'iter_{config.train_cfg.max_iters}.pth'


def world_steps(
    data: Path, quick: bool, seed: int, workers: int, sweeps: str = 'none',
    only: Sequence[str] = (), part: str = '', inputs: Sequence[str] = (), share: float = 1.0,
) -> list[Step]:
    """Make the steps that generate the world and index it.

    Args:
        data: root of the world.
        quick: whether it is the tiny one.
        seed: of the world.
        workers (>= 1): processes that render it.
        sweeps: frames between the keyframes: 'none', 'lidar' or 'all'; the keyframes are the same.
        only: splits, ``<split>`` or ``<split>:<condition>``, to generate alone, of which none is of
            the validation scenes; empty for all.
        part: name of these scenes where others follow in the same folder; the infos then lie in
            :func:`infos_of_part`.
        inputs: steps that generate others before.
        share: of all scenes, which are left to generate: for the estimate of the time.

    Returns:
        ``world`` and ``infos``; with sweeps their names begin with ``lidar_`` or ``all_``, those of
        a part end with it.
    """
    size, prefix = 'tiny' if quick else 'small', '' if sweeps == 'none' else f'{sweeps}_'
    suffix = f'_{part}' if part else ''
    title = 'generate MiniDrive in the nuScenes format' + f', {sweeps} sweeps' * bool(prefix)
    usual_s = {'none': 400, 'lidar': 480, 'all': 900}[sweeps] * share * 2 / min(workers, 2)
    world = Step(
        name=f'{prefix}world{suffix}', title=f'{title}: {", ".join(only)}' if only else title,
        command=('tools/create_data.py', 'minidrive', '--out', str(data), '--size', size,
                 '--seed', str(seed), *(('--sweeps', sweeps) if prefix else ()),
                 *(('--only', *only) if only else ())),
        arguments_without_effect=('--workers', str(workers)), folder=data, inputs=tuple(inputs),
        outputs=(data / 'v1.0-trainval', data / 'splits.json'),
        typical_s=20 * share if quick else usual_s)
    out = data / infos_of_part(part) if part else data
    splits = ('train',) if only else ('train', 'val')
    infos = Step(
        name=f'{prefix}infos{suffix}', title='write the infos',
        command=('tools/create_data.py', 'nuscenes', '--root', str(data),
                 *(('--out', str(out)) if part else ()),
                 *(_CAMERA_SWEEPS if sweeps == 'all' else ())),
        folder=data, inputs=(world.name,),
        outputs=tuple(out / f'nuscenes_infos_{split}.pkl' for split in splits),
        typical_s=5 if quick else 20 * share)
    return [world, infos]


def infos_of_part(part: str) -> Path:
    """Name the folder of the infos of some scenes, below the root of their world."""
    return Path('infos') / part


def read_infos_of(part: str, config: Mapping[str, Any]) -> Iterator[str]:
    """List the overrides by which a training reads the infos of a part.

    Args:
        part: name of the scenes.
        config: of the training.

    Yields:
        ``key=value`` for each of its data sets.
    """
    for loader in ('train_dataloader', 'val_dataloader'):
        if loader in config:
            file = config[loader]['dataset']['ann_file']
            yield f'{loader}.dataset.ann_file={infos_of_part(part) / file}'


def training_step(
    name: str, title: str, config: str, folder: Path, weights: Mapping[str, Step], *, root: Path,
    data: Path, seed: int, quick: bool, options: Sequence[str] = (), resumable: bool = False,
    typical_s: float = 60.0, data_inputs: Sequence[str] = ('infos',), part: str = '',
    amp: bool = False,
) -> Step:
    """Make the step that trains by a config.

    Args:
        name: see :class:`Step`.
        title: see :class:`Step`.
        config: path from the repository root.
        folder: work directory.
        weights: config key to the step whose last checkpoint it takes.
        root: of the repository.
        data: root of the world.
        seed: of the training.
        quick: one epoch on the tiny world.
        options: further overrides of the config, ``key=value``.
        resumable: see :class:`Step`.
        typical_s: see :class:`Step`; of a run that is not quick.
        data_inputs: steps that make what it reads of the world.
        part: of the world, if it reads no other scenes; the steps of ``data_inputs`` are those of
            this part.
        amp: train in mixed precision.

    Returns:
        The step.
    """
    content = Config.fromfile(root / config, import_custom_modules=False)
    overrides = [f'randomness.seed={seed}', *(QUICK_OVERRIDES if quick else ()), *options]
    overrides += [f'{key}={source.outputs[0]}' for key, source in weights.items()]
    readers = {key: content[key] for key in _READERS if key in content}
    overrides += data_root_overrides(readers, data)
    if part:
        overrides += read_infos_of(part, content)
        data_inputs = [f'{name}_{part}' for name in data_inputs]
    return Step(
        name=name, title=title,
        command=('tools/train.py', config, '--work-dir', str(folder), *(['--amp'] if amp else []),
                 '--cfg-options', *overrides),
        folder=folder, outputs=(folder / final_checkpoint(content, 1 if quick else None),),
        inputs=(*data_inputs, *(source.name for source in weights.values())),
        config=root / config, resumable=resumable, typical_s=typical_s / (20 if quick else 1))
