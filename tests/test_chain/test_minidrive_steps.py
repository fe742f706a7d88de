"""Trainings on MiniDrive as steps of a chain."""
from __future__ import annotations

from pathlib import Path

from mmcrossdistill.chain.minidrive_steps import data_root_overrides, training_step, world_steps


def test_every_data_root_of_a_config_is_found():
    config = {'data_root': 'old', 'a': {'dataset': {'data_root': 'old', 'x': [1, 'y']}},
              'b': {'datasets': [{'data_root': 'new/'}, {'data_root': 'old/'}]}}
    assert list(data_root_overrides(config, Path('new'))) == [
        'a.dataset.data_root=new', 'b.datasets.1.data_root=new']


def test_paths_below_a_data_root_move_with_it():
    pipeline = [{'type': 'A'}, {'type': 'B', 'folder': 'old/ppm', 'other': 'older/ppm'}]
    config = {'train': {'dataset': {'data_root': 'old/', 'pipeline': pipeline}}}
    assert list(data_root_overrides(config, Path('new'))) == [
        'train.dataset.data_root=new', 'train.dataset.pipeline.1.folder=new/ppm']
    assert list(data_root_overrides(config, Path('old'))) == []


def test_options_stand_in_the_command_and_inputs_are_named(tmp_path):
    (tmp_path / 'config.py').write_text('train_cfg = dict(max_iters=7)\n')
    world, _ = world_steps(Path('data'), quick=False, seed=3, workers=2)
    step = training_step('a', 'train', 'config.py', Path('work/a'), {'model.x': world},
                         root=tmp_path, data=Path('data'), seed=5, quick=False,
                         options=['lr=1'], typical_s=40)
    assert step.command[4:] == ('--cfg-options', 'randomness.seed=5', 'lr=1',
                                'model.x=data/v1.0-trainval')
    assert step.outputs == (Path('work/a/iter_7.pth'),) and step.inputs == ('infos', 'world')
    assert step.typical_s == 40


def test_a_part_of_the_world_has_infos_of_its_own():
    world, infos = world_steps(
        Path('data'), quick=False, seed=3, workers=1, only=('dev',), part='a', inputs=('b',),
        share=0.1)
    assert (world.name, world.inputs, world.typical_s) == ('world_a', ('b',), 80)
    assert world.command[-2:] == ('--only', 'dev') and world.folder == Path('data')
    assert (infos.name, infos.inputs) == ('infos_a', ('world_a',))
    assert infos.outputs == (Path('data/infos/a/nuscenes_infos_train.pkl'),)
