"""What runs share beyond their seeds."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.plan import build_steps

from .conftest import RECIPES

OPTIONS = RunOptions(Path('work'), Path('data'), seeds=2)


def test_prepared_runs_read_the_world_with_sweeps(root):
    recipes = RECIPES | {'b': replace(RECIPES['b'], prepared=('ppm', 'superpixels'))}
    steps = {step.name: step for step in build_steps(['b'], recipes, OPTIONS, root)}
    assert list(steps) == [
        'world', 'infos', 'sweeps_world', 'sweeps_infos', 'superpixels', 'ppm', 'seed0/a',
        'seed0/b', 'seed1/a', 'seed1/b']
    assert steps['sweeps_world'].command[-2:] == ('--sweeps', 'lidar')
    assert '--sweeps' not in steps['world'].command
    assert steps['superpixels'].command == (
        'tools/preprocess/superpixels.py', '--root', 'data_sweeps')
    assert steps['ppm'].inputs == ('sweeps_infos',)
    assert steps['seed0/a'].inputs == ('infos',)
    assert steps['seed1/b'].inputs == ('sweeps_infos', 'ppm', 'superpixels', 'seed1/a')


def test_the_second_world_alone(root):
    recipes = {'a': replace(RECIPES['a'], prepared=('superpixels',))}
    steps = build_steps(['a'], recipes, replace(OPTIONS, quick=True, seeds=1), root)
    assert [step.name for step in steps] == [
        'sweeps_world', 'sweeps_infos', 'superpixels', 'seed0/a']
    assert all(step.folder == Path('data_sweeps') for step in steps[:3])


def test_each_run_is_pointed_at_its_own_world(root):
    config = root / 'configs/b.py'
    config.write_text('train_cfg = dict(max_epochs=1)\n'
                      'train_dataloader = dict(dataset=dict(data_root="data"))\n')
    recipes = RECIPES | {'b': replace(RECIPES['b'], prepared=('ppm',), weights={})}
    prepared = build_steps(['b'], recipes, OPTIONS, root)[-1]
    plain = build_steps(['b'], RECIPES, OPTIONS, root)[-1]
    moved = 'train_dataloader.dataset.data_root=data_sweeps'
    assert moved in prepared.command
    assert not any('data_root' in word for word in plain.command)
