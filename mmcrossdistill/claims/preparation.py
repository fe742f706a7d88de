"""What the runs of all seeds read: the world, and what is computed of it beforehand."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mmcrossdistill.chain.minidrive_steps import world_steps
from mmcrossdistill.chain.step import Step

from .options import RunOptions
from .recipe import Recipe

PREPARATIONS = ('superpixels', 'ppm')


def sweeps_root(data: Path) -> Path:
    """Name the folder of the world that has LiDAR sweeps, too.

    It is another one because most runs do not need them, and to make the first world again with
    them would put all finished runs out of date.

    Args:
        data: root of the world of keyframes.
    """
    return data.with_name(f'{data.name}_sweeps')


def data_of(recipe: Recipe, options: RunOptions) -> tuple[Path, tuple[str, ...]]:
    """Say what a run reads of the world.

    Args:
        recipe: of the run.
        options: of the ledger.

    Returns:
        Root of its world, and the steps that make it.
    """
    if recipe.prepared:
        return sweeps_root(options.data), ('sweeps_infos', *recipe.prepared)
    return options.data, ('infos',)


def shared_steps(recipes: Sequence[Recipe], options: RunOptions) -> list[Step]:
    """List the steps that the runs of all seeds share.

    Args:
        recipes: of all runs.
        options: of the ledger.

    Returns:
        The worlds that are read, then what is computed of them.
    """
    steps = []
    if not all(recipe.prepared for recipe in recipes):
        steps += world_steps(options.data, options.quick, options.seed, options.workers)
    wanted = {name for recipe in recipes for name in recipe.prepared}
    if wanted:
        root = sweeps_root(options.data)
        steps += world_steps(root, options.quick, options.seed, options.workers, sweeps=True)
        steps += [_preparation(name, root, options) for name in PREPARATIONS if name in wanted]
    return steps


def _preparation(name: str, root: Path, options: RunOptions) -> Step:
    """Make the step of one preparation."""
    title, typical_s = {
        'superpixels': ('find superpixels in all images', 240),
        'ppm': ('align the LiDAR sweeps with the images', 240)}[name]
    folder = {'superpixels': 'superpixels/slic', 'ppm': 'ppm'}[name]
    return Step(
        name=name, title=title,
        command=(f'tools/preprocess/{name}.py', '--root', str(root)),
        arguments_without_effect=('--workers', str(options.workers)), folder=root,
        outputs=(root / folder,), inputs=('sweeps_infos',),
        typical_s=typical_s / (20 if options.quick else 1))
