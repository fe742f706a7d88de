"""From claims to steps."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.plan import (
    build_steps,
    claimed_recipes,
    estimate_s,
    obstacle,
    select_claims,
)
from mmcrossdistill.claims.recipe import Recipe, needed

from .conftest import CLAIMS, RECIPES, WORLD

OPTIONS = RunOptions(Path('work'), Path('data'), seeds=2, seed=4)


def test_claims_share_their_runs_within_a_seed(root):
    steps = build_steps(claimed_recipes(CLAIMS[:2]), RECIPES, OPTIONS, root)
    assert [step.name for step in steps] == [
        *WORLD, 'seed4/a', 'seed4/b', 'seed5/a', 'seed5/b']
    second = steps[-1]
    assert second.inputs == ('infos', 'seed5/a') and second.resumable
    assert {'randomness.seed=5', 'model.w=work/seed5/a/epoch_1.pth'} <= set(second.command)
    first = steps[len(WORLD)]
    assert 'x=1' in first.command and 'x=2' not in first.command


def test_mixed_precision_is_for_all_trainings(root):
    plain, mixed = (
        build_steps(claimed_recipes(CLAIMS[:1]), RECIPES, replace(OPTIONS, amp=amp), root)
        for amp in (False, True))
    assert not any('--amp' in step.command for step in plain)
    assert ['--amp' in step.command for step in mixed] == [
        step.command[0] == 'tools/train.py' for step in mixed]
    trained = next(step for step in mixed if '--amp' in step.command)
    assert trained.command.index('--amp') < trained.command.index('--cfg-options')


def test_probes_are_tested_by_their_tools(root):
    claim = replace(CLAIMS[0], worse=replace(CLAIMS[0].worse, terms=tuple(
        replace_recipe(name) for name in ('fog/b', 'features/b'))))
    built = build_steps(claimed_recipes([claim]), RECIPES, OPTIONS, root)
    steps = {step.name: step for step in built}
    fog, features = steps['seed4/fog/b'], steps['seed4/features/b']
    assert fog.command == (
        'tools/analysis_tools/test_corruptions.py', 'configs/b.py', 'work/seed4/b/epoch_1.pth',
        '--out', 'work/seed4/fog/b', '--severities', '3', '--cfg-options',
        'test_dataloader.dataset.data_root=data')
    assert features.command[-4:] == (
        '--data-root', 'data', '--out', 'work/seed4/features/b/numbers.json')
    assert fog.inputs == features.inputs == ('infos', 'seed4/b')


def test_quantization_is_measured_on_the_clouds_of_the_world(root):
    (root / 'configs/grid.py').write_text(
        'model = dict(data_preprocessor=dict(voxelizer=dict(voxel_size=0.05, coords="c")))\n')
    recipes = {'q': Recipe('q', 'grid', 'configs/grid.py', 'quantization')}
    step = build_steps(['q'], recipes, replace(OPTIONS, seeds=1), root)[-1]
    assert step.command == (
        'tools/analysis_tools/quantization_error.py', '--points', 'data/samples/LIDAR_TOP',
        '--voxel-size', '0.05', '--coords', 'c', '--out', 'work/seed4/q/distances.json')
    assert step.inputs == ('infos',) and step.outputs == (Path('work/seed4/q/distances.json'),)


def replace_recipe(name: str):
    """A term of another run."""
    return CLAIMS[0].worse.terms[0]._replace(recipe=name)


def test_quick_takes_the_tiny_world_and_its_options(root):
    steps = build_steps(claimed_recipes(CLAIMS[:1]), RECIPES, replace(OPTIONS, quick=True), root)
    assert 'tiny' in steps[0].command
    first = steps[len(WORLD)]
    assert first.command.index('x=2') > first.command.index('x=1')


def test_two_lanes_are_faster_than_one(root):
    steps = build_steps(claimed_recipes(CLAIMS[:1]), RECIPES, OPTIONS, root)
    assert estimate_s(steps, 1) == pytest.approx(400 + 20 + 4 * 60)
    assert estimate_s(steps, 2) == pytest.approx(400 + 20 + 2 * 60)


def test_ids_pick_claims_and_their_parts():
    assert select_claims(CLAIMS, ['T-02']) == list(CLAIMS[1:3])
    assert select_claims(CLAIMS, ['T-03', 'T-02-later']) == list(CLAIMS[2:])
    assert select_claims(CLAIMS, []) == list(CLAIMS)
    extra = (*CLAIMS[:3], replace(CLAIMS[3], extra=True))
    assert select_claims(extra, []) == list(CLAIMS[:3])
    assert select_claims(extra, ['T-03']) == [extra[3]]
    with pytest.raises(ValueError, match='no claim has the id T-0;'):
        select_claims(CLAIMS, ['T-0'])


def test_obstacles_are_named(root):
    assert obstacle(CLAIMS[0], RECIPES, root) == ''
    assert 'configs/later.py does not exist' in obstacle(CLAIMS[2], RECIPES, root)
    assert obstacle(CLAIMS[3], RECIPES, root) == 'Needs a data set.'


def test_recipes_that_cannot_be_are_refused():
    with pytest.raises(KeyError, match="a claim needs the recipe 'x'"):
        needed(['x'], {})
    ring = {name: Recipe(name, '', '', weights={'w': other}) for name, other in ('ab', 'ba')}
    with pytest.raises(ValueError, match='a -> b -> a'):
        needed(['a'], ring)
