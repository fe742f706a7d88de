"""From claims to the commands that measure them."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from mmengine.config import Config

from mmcrossdistill.chain.minidrive_steps import data_root_overrides, training_step
from mmcrossdistill.chain.schedule import time_left
from mmcrossdistill.chain.step import Step

from .claim import Claim
from .options import RunOptions
from .preparation import data_of, shared_steps
from .recipe import Recipe, missing_configs, needed

RESULTS = {
    'corruptions': 'results.json', 'features': 'numbers.json', 'quantization': 'distances.json'}


def select_claims(claims: Sequence[Claim], ids: Sequence[str]) -> list[Claim]:
    """Pick claims.

    Args:
        claims: all.
        ids: of claims, or beginnings of ids up to a hyphen (``CD-08``); empty for all that are not
            extra.

    Returns:
        The picked ones in their order.

    Raises:
        ValueError: if an id fits no claim.
    """
    def fits(claim: Claim, id_: str) -> bool:
        """Tell whether an id means the claim."""
        return claim.id == id_ or claim.id.startswith(f'{id_}-')

    unknown = [id_ for id_ in ids if not any(fits(claim, id_) for claim in claims)]
    if unknown:
        raise ValueError(f'no claim has the id {", ".join(unknown)}; there are '
                         f'{", ".join(claim.id for claim in claims)}')
    if not ids:
        return [claim for claim in claims if not claim.extra]
    return [claim for claim in claims if any(fits(claim, id_) for id_ in ids)]


def obstacle(claim: Claim, recipes: Mapping[str, Recipe], root: Path) -> str:
    """Say why a claim cannot be measured.

    Args:
        claim: any.
        recipes: all, by name.
        root: of the repository.

    Returns:
        The reason; empty if it can.
    """
    if claim.worse is None or claim.better is None:
        return claim.note or 'Nothing on MiniDrive measures it.'
    missing = missing_configs(claim.recipes, recipes, root)
    return f'The config {", ".join(missing)} does not exist yet.' if missing else ''


def run_folder(options: RunOptions, seed: int, recipe: str) -> Path:
    """Name the folder of a run.

    Args:
        options: of the ledger.
        seed: of the repetition.
        recipe: name.
    """
    return options.work_dir / f'seed{seed}' / recipe


def _test_step(recipe: Recipe, name: str, folder: Path, source: Step, options: RunOptions,
               root: Path) -> Step:
    """Make the step that tests a trained probe."""
    checkpoint, out = str(source.outputs[0]), folder / RESULTS[recipe.kind]
    if recipe.kind == 'corruptions':
        config = Config.fromfile(root / recipe.config, import_custom_modules=False)
        moved = list(data_root_overrides(
            {'test_dataloader': config['test_dataloader']}, options.data))
        words = ('tools/analysis_tools/test_corruptions.py', recipe.config, checkpoint, '--out',
                 str(folder), *recipe.options, *(['--cfg-options', *moved] if moved else []))
    else:
        words = ('tools/analysis_tools/encoder_numbers.py', recipe.config, checkpoint,
                 '--data-root', str(options.data), '--out', str(out), *recipe.options)
    return Step(
        name=name, title=recipe.title, command=words, folder=folder, outputs=(out,),
        inputs=('infos', source.name), config=root / recipe.config,
        typical_s=10 if options.quick else recipe.typical_s)


def _quantization_step(recipe: Recipe, name: str, folder: Path, options: RunOptions,
                       root: Path) -> Step:
    """Make the step that measures how far the world's points are from the voxels of a config."""
    data, data_inputs = data_of(recipe, options)
    config = Config.fromfile(root / recipe.config, import_custom_modules=False)
    grid, out = config.model.data_preprocessor.voxelizer, folder / RESULTS[recipe.kind]
    return Step(
        name=name, title=recipe.title, folder=folder, outputs=(out,), inputs=data_inputs,
        command=('tools/analysis_tools/quantization_error.py', '--points',
                 str(data / 'samples/LIDAR_TOP'), '--voxel-size', str(grid.voxel_size), '--coords',
                 grid.coords, '--out', str(out)),
        config=root / recipe.config, typical_s=5 if options.quick else recipe.typical_s)


def build_steps(names: Sequence[str], recipes: Mapping[str, Recipe], options: RunOptions,
                root: Path) -> list[Step]:
    """List the steps of some runs, each made once per seed however often it is needed.

    Args:
        names: of the recipes whose results are wanted.
        recipes: all, by name.
        options: of the ledger.
        root: of the repository; the commands run there.

    Returns:
        The steps that all seeds share, then seed by seed; inputs stand before the steps that read
        them.
    """
    wanted = needed(names, recipes)
    steps = shared_steps(wanted, options)
    for seed in options.all_seeds:
        made: dict[str, Step] = {}
        for recipe in wanted:
            name, folder = f'seed{seed}/{recipe.name}', run_folder(options, seed, recipe.name)
            if recipe.kind == 'train':
                data, data_inputs = data_of(recipe, options)
                made[recipe.name] = training_step(
                    name, recipe.title, recipe.config, folder,
                    {key: made[source] for key, source in recipe.weights.items()}, root=root,
                    data=data, seed=seed, quick=options.quick,
                    options=(*recipe.options, *(recipe.quick_options if options.quick else ())),
                    resumable=recipe.resumable, typical_s=recipe.typical_s,
                    data_inputs=data_inputs, part=recipe.part, amp=options.amp)
            elif recipe.kind == 'quantization':
                made[recipe.name] = _quantization_step(recipe, name, folder, options, root)
            else:
                source = made[recipe.weights['checkpoint']]
                made[recipe.name] = _test_step(recipe, name, folder, source, options, root)
        steps += made.values()
    return steps


def claimed_recipes(claims: Sequence[Claim]) -> list[str]:
    """Name the runs that claims read.

    Args:
        claims: that can be measured.
    """
    return [name for claim in claims for name in claim.recipes]


def estimate_s(steps: Sequence[Step], jobs: int) -> float:
    """Estimate how long steps take from nothing.

    Args:
        steps: of the chain.
        jobs: steps that run at a time.

    Returns:
        Seconds.
    """
    return time_left(steps, {step.name: step.typical_s for step in steps}, (), jobs)
