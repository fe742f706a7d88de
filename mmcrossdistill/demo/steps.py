"""Which commands the demonstration runs, and what each of them reads."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mmcrossdistill.chain.minidrive_steps import training_step
from mmcrossdistill.chain.step import Step
from mmcrossdistill.chain.world_parts import world_part_steps

_STAGES = 'configs/cd/minidrive_{}.py'
_PROBES = 'configs/cd/benchmarks/minidrive_{}.py'
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


def run_folder(options: DemoOptions, seed: int) -> Path:
    """Name the folder of one repetition.

    Args:
        options: of the demonstration.
        seed: of the repetition.

    Returns:
        The work directory itself for the first seed, ``seed<N>`` below it for the others.
    """
    return options.work_dir if seed == options.seed else options.work_dir / f'seed{seed}'


class _Chain:
    """Collects the steps of one repetition."""

    def __init__(self, options: DemoOptions, root: Path, seed: int) -> None:
        self.options, self.root, self.seed = options, root, seed
        self.folder = run_folder(options, seed)
        self.prefix = '' if seed == options.seed else f'seed{seed}/'
        self.steps: list[Step] = []

    def train(self, name: str, title: str, config: str, weights: dict[str, str],
              resumable: bool, typical_s: float, part: str = '') -> str:
        """Add a training or a probe.

        Args:
            name: of the step and its folder.
            title: for people.
            config: path from the repository root.
            weights: config key to the step (without prefix) whose last checkpoint it takes.
            resumable: see :class:`Step`.
            typical_s: see :class:`Step`.
            part: of the world, if it reads no other scenes.

        Returns:
            ``name``.
        """
        made = {step.name: step for step in self.steps}
        self.steps.append(training_step(
            self.prefix + name, title, config, self.folder / name,
            {key: made[self.prefix + source] for key, source in weights.items()}, root=self.root,
            data=self.options.data, seed=self.seed, quick=self.options.quick, resumable=resumable,
            typical_s=typical_s, part=part))
        return name


def build_chain(options: DemoOptions, root: Path) -> list[Step]:
    """List the steps.

    Args:
        options: of the demonstration.
        root: of the repository; the commands run there.

    Returns:
        The steps; a step's inputs stand before it. Those that do not read each other's results
        may run side by side.
    """
    steps = world_part_steps(
        options.data, options.quick, options.seed, options.workers, options.jobs)
    for seed in range(options.seed, options.seed + options.seeds):
        chain = _Chain(options, root, seed)
        before = chain.train(
            'reference', 'pre-train the 2D encoder on clear days only',
            _STAGES.format('reference'), {}, True, 500, 'reference')
        stage1 = chain.train(
            'stage1', 'CD stage 1: image to LiDAR, clear days', _STAGES.format('stage1'),
            {_ENCODER_2D: before}, True, 900, 'clear')
        after = chain.train(
            'stage2', 'CD stage 2: LiDAR to image, all conditions', _STAGES.format('stage2'),
            {'model.stage1_checkpoint': stage1}, True, 500)
        for task, config, typical_s in (('seg', 'seg_lp', 140), ('depth', 'depth_lp', 105)):
            for moment, source in (('before', before), ('after', after)):
                chain.train(
                    f'{task}_{moment}', f'linear {task} probe, 2D encoder {moment} distillation',
                    _PROBES.format(config), {_ENCODER_2D: source}, False, typical_s)
        chain.train('seg3d', 'linear segmentation probe of the 3D encoder',
                    _PROBES.format('seg3d_lp'), {_ENCODER_3D: stage1}, False, 180)
        steps += chain.steps
    return steps
