"""Which commands the demonstration runs, and what each of them reads."""
from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmengine.config import Config

_STAGES = 'configs/cd/minidrive_{}.py'
_PROBES = 'configs/cd/benchmarks/minidrive_{}.py'
# The tiny world has a dozen pictures per split: small batches make several steps of them, and the
# warm-up, a share of an epoch, would be shorter than one of these.
_QUICK_OVERRIDES = ('train_cfg.max_epochs=1', 'train_dataloader.batch_size=4', 'param_scheduler=[]',
                    'default_hooks.logger.interval=1')
_LOADERS = ('train_dataloader', 'val_dataloader')
_ENCODER_2D = 'model.backbone_2d.init_cfg.checkpoint'
_ENCODER_3D = 'model.backbone_3d.init_cfg.checkpoint'


@dataclass(frozen=True)
class DemoOptions:
    """What the user chose.

    Args:
        work_dir: results; relative to the repository or absolute.
        data: root of the world.
        quick: tiny world and one epoch each, to try the chain and not the method.
        seeds (>= 1): repetitions of all training steps, with consecutive seeds.
        seed: of the world and of the first repetition.
        workers (>= 1): processes that render the world.
        jobs (>= 1): steps that run at a time where they do not need each other.
    """

    work_dir: Path
    data: Path
    quick: bool = False
    seeds: int = 1
    seed: int = 0
    workers: int = 2
    jobs: int = 2


@dataclass(frozen=True)
class Step:
    """One command of the chain.

    Args:
        name: unique; ``stage1``, or ``seed1/stage1`` for a repetition.
        title: what it does, for people.
        command: words after the Python interpreter, as a user would type them.
        folder: where its results and its stamp lie.
        outputs: files that exist when it is done.
        inputs: names of the steps whose results it reads.
        config: file whose content decides whether the step must be repeated, or ``None``.
        arguments_without_effect: added to the command, but no reason to repeat the step.
        resumable: whether ``--resume`` continues an interrupted run.
        typical_s: seconds on two CPU cores; decides which of several steps starts first, and is the
            first estimate of the time left.
    """

    name: str
    title: str
    command: tuple[str, ...]
    folder: Path
    outputs: tuple[Path, ...]
    inputs: tuple[str, ...] = ()
    config: Path | None = None
    arguments_without_effect: tuple[str, ...] = ()
    resumable: bool = False
    typical_s: float = 60.0


def run_folder(options: DemoOptions, seed: int) -> Path:
    """Name the folder of one repetition.

    Args:
        options: of the demonstration.
        seed: of the repetition.

    Returns:
        The work directory itself for the first seed, ``seed<N>`` below it for the others.
    """
    return options.work_dir if seed == options.seed else options.work_dir / f'seed{seed}'


def data_root_overrides(config: Any, data: Path, path: str = '') -> Iterator[str]:
    """List the overrides that point every dataset of a config to another root.

    Helper variables of a config do not follow ``--cfg-options``, so each leaf is named.

    Args:
        config: a config or a part of it.
        data: the wanted root.
        path: dotted place of this part in the whole.

    Yields:
        ``key=value`` for each ``data_root`` that differs.
    """
    items = config.items() if isinstance(config, dict) else enumerate(config)
    for key, value in items:
        place = f'{path}.{key}' if path else str(key)
        if key == 'data_root' and isinstance(value, str) and path:
            if os.path.normpath(value) != os.path.normpath(data):
                yield f'{place}={data}'
        elif isinstance(value, (dict, list, tuple)):
            yield from data_root_overrides(value, data, place)


def _final_checkpoint(config: Config, epochs: int | None) -> str:
    """Name the file the runner leaves after the last epoch or iteration."""
    if epochs is not None or 'max_epochs' in config.train_cfg:
        return f'epoch_{epochs or config.train_cfg.max_epochs}.pth'
    return f'iter_{config.train_cfg.max_iters}.pth'


class _Chain:
    """Collects the steps of one repetition."""

    def __init__(self, options: DemoOptions, root: Path, seed: int) -> None:
        self.options, self.root, self.seed = options, root, seed
        self.folder = run_folder(options, seed)
        self.prefix = '' if seed == options.seed else f'seed{seed}/'
        self.steps: list[Step] = []

    def train(self, name: str, title: str, config: str, weights: dict[str, str],
              resumable: bool, typical_s: float) -> str:
        """Add a training or a probe.

        Args:
            name: of the step and its folder.
            title: for people.
            config: path from the repository root.
            weights: config key to the step (without prefix) whose last checkpoint it takes.
            resumable: see :class:`Step`.
            typical_s: see :class:`Step`.

        Returns:
            ``name``.
        """
        quick = self.options.quick
        content = Config.fromfile(self.root / config, import_custom_modules=False)
        folder = self.folder / name
        made = {step.name: step for step in self.steps}
        inputs = tuple(self.prefix + source for source in weights.values())
        overrides = [f'randomness.seed={self.seed}']
        overrides += _QUICK_OVERRIDES if quick else []
        overrides += [
            f'{key}={made[source].outputs[0]}'
            for key, source in zip(weights, inputs, strict=True)]
        loaders = {key: content[key] for key in _LOADERS if key in content}
        overrides += data_root_overrides(loaders, self.options.data)
        self.steps.append(Step(
            name=self.prefix + name, title=title,
            command=('tools/train.py', config, '--work-dir', str(folder),
                     '--cfg-options', *overrides),
            folder=folder, outputs=(folder / _final_checkpoint(content, 1 if quick else None),),
            inputs=('infos', *inputs), config=self.root / config, resumable=resumable,
            typical_s=typical_s / (20 if quick else 1)))
        return name


def _world_steps(options: DemoOptions) -> list[Step]:
    """Make the steps that generate the world and index it."""
    data = options.data
    size = 'tiny' if options.quick else 'small'
    world = Step(
        name='world', title='generate MiniDrive in the nuScenes format',
        command=('tools/create_data.py', 'minidrive', '--out', str(data), '--size', size,
                 '--seed', str(options.seed)),
        arguments_without_effect=('--workers', str(options.workers)),
        folder=data, outputs=(data / 'v1.0-trainval', data / 'splits.json'),
        typical_s=20 if options.quick else 330)
    infos = Step(
        name='infos', title='write the infos',
        command=('tools/create_data.py', 'nuscenes', '--root', str(data)),
        folder=data, inputs=('world',),
        outputs=(data / 'nuscenes_infos_train.pkl', data / 'nuscenes_infos_val.pkl'),
        typical_s=5 if options.quick else 20)
    return [world, infos]


def build_chain(options: DemoOptions, root: Path) -> list[Step]:
    """List the steps.

    Args:
        options: of the demonstration.
        root: of the repository; the commands run there.

    Returns:
        The steps; a step's inputs stand before it. Those that do not read each other's results
        may run side by side.
    """
    steps = _world_steps(options)
    for seed in range(options.seed, options.seed + options.seeds):
        chain = _Chain(options, root, seed)
        before = chain.train(
            'reference', 'pre-train the 2D encoder on clear days only',
            _STAGES.format('reference'), {}, True, 300)
        stage1 = chain.train(
            'stage1', 'CD stage 1: image to LiDAR, clear days', _STAGES.format('stage1'),
            {_ENCODER_2D: before}, True, 300)
        after = chain.train(
            'stage2', 'CD stage 2: LiDAR to image, all conditions', _STAGES.format('stage2'),
            {'model.stage1_checkpoint': stage1}, True, 200)
        for task, config in (('seg', 'seg_lp'), ('depth', 'depth_lp')):
            for moment, source in (('before', before), ('after', after)):
                chain.train(
                    f'{task}_{moment}', f'linear {task} probe, 2D encoder {moment} distillation',
                    _PROBES.format(config), {_ENCODER_2D: source}, False, 60)
        chain.train('seg3d', 'linear segmentation probe of the 3D encoder',
                    _PROBES.format('seg3d_lp'), {_ENCODER_3D: stage1}, False, 100)
        steps += chain.steps
    return steps
