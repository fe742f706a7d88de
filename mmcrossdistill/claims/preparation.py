"""What the runs of all seeds read: worlds, and what is computed of them beforehand."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mmcrossdistill.chain.minidrive_steps import world_steps
from mmcrossdistill.chain.step import Step
from mmcrossdistill.chain.world_parts import PARTS, world_part_steps

from .options import RunOptions
from .recipe import Recipe

# Worlds by their sweeps, and the suffix of their folders. There are several because most runs need
# no sweeps, and to make the first world again with them would put all finished runs out of date.
WORLDS = {'none': '', 'lidar': '_sweeps', 'all': '_all_sweeps'}
PREPARATIONS = ('superpixels', 'ppm', 'weak_labels')
# The only scenes that pre-training reads, and of which anything is prepared. Worlds with sweeps
# hold no others: probes read the keyframes of the world without.
_SPLIT, _CONDITION = 'unlabelled', 'day-clear'
# Labels are right at this share of the LiDAR points, the others as a labeller errs.
_ACCURACY = 0.8


def data_of(recipe: Recipe, options: RunOptions) -> tuple[Path, tuple[str, ...]]:
    """Say what a run reads of the world.

    Args:
        recipe: of the run.
        options: of the ledger.

    Returns:
        Root of its world, and the steps that make what it reads there.
    """
    names = ('infos', *recipe.prepared)
    return _root(recipe.world, options), tuple(_prefix(recipe.world) + name for name in names)


def shared_steps(recipes: Sequence[Recipe], options: RunOptions) -> list[Step]:
    """List the steps that the runs of all seeds share.

    Args:
        recipes: of all runs.
        options: of the ledger.

    Returns:
        World by world, each followed by what is computed of it.
    """
    steps = []
    for world in WORLDS:
        inside = [recipe for recipe in recipes if recipe.world == world]
        if inside:
            wanted = {name for recipe in inside for name in recipe.prepared}
            steps += _world_steps(world, any(recipe.part for recipe in inside), options)
            steps += [_preparation(name, world, options) for name in PREPARATIONS
                      if name in wanted]
    return steps


def _world_steps(world: str, in_parts: bool, options: RunOptions) -> list[Step]:
    """Make the steps of a world; a core is left for trainings where some read its parts."""
    what = _root(world, options), options.quick, options.seed, options.workers
    if world == 'none':
        return world_part_steps(*what, options.jobs if in_parts else 1)
    only, share = PARTS['clear']
    return world_steps(*what, world, only=only, share=share)


def _prefix(world: str) -> str:
    """Begin the names of a world's steps, as ``world_steps`` does."""
    return '' if world == 'none' else f'{world}_'


def _root(world: str, options: RunOptions) -> Path:
    """Name the folder of a world."""
    return options.data.with_name(options.data.name + WORLDS[world])


def _preparation(name: str, world: str, options: RunOptions) -> Step:
    """Make the step of one preparation."""
    root = _root(world, options)
    title, folder, typical_s = {
        'superpixels': ('find superpixels in the images', 'superpixels/slic', 90),
        'ppm': ('align the LiDAR sweeps with the images', 'ppm', 90),
        'weak_labels': ('label the images as a foundation model might',
                        'weak_labels/minidrive', 90)}[name]
    words, times = (), 1
    if name == 'weak_labels':
        words = '--method', 'minidrive', '--accuracy', str(_ACCURACY)
    elif name == 'superpixels' and world == 'all':
        words, times = ('--camera-sweeps',), 4
    return Step(
        name=_prefix(world) + name, title=title,
        command=(f'tools/preprocess/{name}.py', '--root', str(root), '--split', _SPLIT,
                 '--conditions', _CONDITION, *words),
        arguments_without_effect=('--workers', str(options.workers)), folder=root,
        outputs=(root / folder,), inputs=(f'{_prefix(world)}infos',),
        typical_s=typical_s * times / (20 if options.quick else 1))
