"""What runs share beyond their seeds."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mmengine.config import Config

from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.papers import registry
from mmcrossdistill.claims.plan import build_steps
from mmcrossdistill.demo.steps import DemoOptions, build_chain

from .conftest import RECIPES, WORLD

SCENES = ('--split', 'unlabelled', '--conditions', 'day-clear')
OPTIONS = RunOptions(Path('work'), Path('data'), seeds=2)


def test_runs_read_the_world_that_they_name(root):
    recipes = RECIPES | {
        'b': replace(RECIPES['b'], world='lidar', prepared=('ppm', 'superpixels'))}
    steps = {step.name: step for step in build_steps(['b'], recipes, OPTIONS, root)}
    assert list(steps) == [
        *WORLD, 'lidar_world', 'lidar_infos', 'lidar_superpixels', 'lidar_ppm',
        'seed0/a', 'seed0/b', 'seed1/a', 'seed1/b']
    assert steps['lidar_world'].command[-4:] == (
        '--sweeps', 'lidar', '--only', 'unlabelled:day-clear')
    assert not {'--sweeps', '--only'} & set(steps['world'].command)
    assert steps['lidar_superpixels'].command == (
        'tools/preprocess/superpixels.py', '--root', 'data_sweeps', *SCENES)
    assert steps['lidar_ppm'].inputs == ('lidar_infos',)
    assert steps['seed0/a'].inputs == ('infos',)
    assert steps['seed1/b'].inputs == (
        'lidar_infos', 'lidar_ppm', 'lidar_superpixels', 'seed1/a')


def test_camera_sweeps_have_superpixels_too(root):
    recipes = {'a': replace(RECIPES['a'], world='all', prepared=('superpixels',))}
    steps = build_steps(['a'], recipes, replace(OPTIONS, quick=True, seeds=1), root)
    assert [step.name for step in steps] == [
        'all_world', 'all_infos', 'all_superpixels', 'seed0/a']
    assert all(step.folder == Path('data_all_sweeps') for step in steps[:3])
    assert '--next-camera-sweeps' in steps[1].command
    assert steps[2].command[-1] == '--camera-sweeps'


def test_pre_training_reads_prepared_scenes_only(repo_root):
    prepared = [recipe for recipe in registry.RECIPES.values()
                if recipe.prepared or recipe.world != 'none']
    assert len(prepared) > 10
    for recipe in prepared:
        config = Config.fromfile(repo_root / recipe.config, import_custom_modules=False)
        data = config.train_dataloader.dataset
        assert (data.split, data.conditions) == ('unlabelled', ['day-clear']), recipe.name
        assert 'val_dataloader' not in config, recipe.name


def test_superpixels_of_keyframes_need_no_sweeps(root):
    recipes = {'a': replace(RECIPES['a'], prepared=('superpixels',))}
    steps = build_steps(['a'], recipes, replace(OPTIONS, seeds=1), root)
    assert [step.name for step in steps] == [*WORLD, 'superpixels', 'seed0/a']
    assert steps[-1].inputs == ('infos', 'superpixels')


def test_each_run_is_pointed_at_its_own_world(root):
    config = root / 'configs/b.py'
    config.write_text('train_cfg = dict(max_epochs=1)\n'
                      'train_dataloader = dict(dataset=dict(data_root="data"))\n')
    recipes = RECIPES | {'b': replace(RECIPES['b'], world='lidar', weights={})}
    prepared = build_steps(['b'], recipes, OPTIONS, root)[-1]
    plain = build_steps(['b'], RECIPES, OPTIONS, root)[-1]
    moved = 'train_dataloader.dataset.data_root=data_sweeps'
    assert moved in prepared.command
    assert not any('data_root' in word for word in plain.command)


def test_weak_labels_are_of_a_stated_accuracy(root):
    recipes = {'a': replace(RECIPES['a'], prepared=('weak_labels',))}
    steps = build_steps(['a'], recipes, replace(OPTIONS, seeds=1), root)
    assert [step.name for step in steps] == [*WORLD, 'weak_labels', 'seed0/a']
    assert steps[len(WORLD)].command == (
        'tools/preprocess/weak_labels.py', '--root', 'data', *SCENES, '--method', 'minidrive',
        '--accuracy', '0.8')
    assert steps[len(WORLD)].outputs == (Path('data/weak_labels/minidrive'),)


def test_a_training_that_reads_a_part_of_the_world_starts_with_it(root):
    (root / 'configs/a.py').write_text(
        'train_cfg = dict(max_epochs=1)\n'
        'train_dataloader = dict(dataset=dict(data_root="data", ann_file="infos.pkl"))\n')
    recipes = RECIPES | {'a': replace(RECIPES['a'], part='reference')}
    steps = {step.name: step for step in build_steps(['b'], recipes, OPTIONS, root)}
    assert steps['seed0/a'].inputs == ('infos_reference',)
    assert 'train_dataloader.dataset.ann_file=infos/reference/infos.pkl' in (
        steps['seed0/a'].command)
    assert steps['seed0/b'].inputs == ('infos', 'seed0/a')


def test_the_ledger_and_the_demonstration_make_the_same_world(repo_root):
    options = RunOptions(Path('work'), Path('data'), workers=3)
    ledger = build_steps(['seg_lp/reference'], registry.RECIPES, options, repo_root)
    demo = build_chain(DemoOptions(Path('demo'), Path('data'), workers=3), repo_root)
    assert [step.name for step in ledger[:6]] == WORLD
    assert ledger[:6] == demo[:6]
