"""The chain of commands."""
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from mmengine.config import Config

from mmcrossdistill.chain.minidrive_steps import infos_of_part, read_infos_of
from mmcrossdistill.chain.schedule import threads_per_step, work_beside
from mmcrossdistill.chain.world_parts import PARTS
from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.demo.steps import DemoOptions, build_chain
from mmcrossdistill.preprocessing.nuscenes_infos import build_infos
from mmcrossdistill.simulation.generate import generate
from mmcrossdistill.simulation.plan import Settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository that holds only the demonstration's configs."""
    probes = ('benchmarks/minidrive_seg_lp', 'benchmarks/minidrive_depth_lp',
              'benchmarks/minidrive_seg3d_lp')
    for name in ('minidrive_reference', 'minidrive_stage1', 'minidrive_stage2', *probes):
        path = tmp_path / f'configs/cd/{name}.py'
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            'train_cfg = dict(max_epochs=7)\n'
            'data_root = "data/minidrive/"\n'
            'train_dataloader = dict(dataset=dict(data_root="data/minidrive/",'
            'ann_file="infos_train.pkl"))\n')
    return tmp_path


def test_weights_are_handed_from_step_to_step(root):
    steps = {step.name: step for step in build_chain(
        DemoOptions(Path('work'), Path('data/minidrive')), root)}
    assert list(steps) == ['world_reference', 'infos_reference', 'world_clear', 'infos_clear',
                           'world', 'infos', 'reference', 'stage1', 'stage2', 'seg_before',
                           'seg_after', 'depth_before', 'depth_after', 'seg3d']
    handed = {name: [word for word in step.command if word.startswith('model.')]
              for name, step in steps.items()}
    encoder = 'model.backbone_2d.init_cfg.checkpoint=work/{}/epoch_7.pth'
    assert handed['stage1'] == handed['seg_before'] == handed['depth_before'] == [
        encoder.format('reference')]
    assert handed['stage2'] == ['model.stage1_checkpoint=work/stage1/epoch_7.pth']
    assert handed['seg_after'] == handed['depth_after'] == [encoder.format('stage2')]
    assert handed['seg3d'] == ['model.backbone_3d.init_cfg.checkpoint=work/stage1/epoch_7.pth']
    assert not any('data_root' in word for word in steps['stage1'].command)


def test_inputs_stand_before_the_steps_that_read_them(root):
    seen = set()
    for step in build_chain(DemoOptions(Path('work'), Path('data'), seeds=3), root):
        assert set(step.inputs) <= seen
        seen.add(step.name)


def test_stage_2_has_both_cores_and_what_runs_beside_the_world_has_one(root):
    chain = build_chain(DemoOptions(Path('work'), Path('data')), root)
    steps = {step.name: step for step in chain}

    def threads(name: str, *left: str) -> int:
        """Threads on two cores while so many steps are left."""
        return threads_per_step(2, 2, steps[name].typical_s, work_beside(
            chain, steps[name], steps.keys() - left))

    last = 'stage2', 'seg_after', 'depth_after', 'seg3d'
    assert threads('stage2', *last) == 2
    assert threads('seg3d', *last) == threads('seg_after', 'seg_after', 'depth_after') == 1
    assert threads('reference', *(steps.keys() - {'world_reference', 'infos_reference'})) == 1


def test_trainings_start_when_their_part_of_the_world_is_there(root):
    options = DemoOptions(Path('work'), Path('data'), workers=4)
    steps = {step.name: step for step in build_chain(options, root)}
    assert {name: step.inputs for name, step in steps.items() if 'world' in name} == {
        'world_reference': (), 'world_clear': ('infos_reference',), 'world': ('infos_clear',)}
    assert steps['reference'].inputs == ('infos_reference',)
    assert steps['stage1'].inputs == ('infos_clear', 'reference')
    assert steps['stage2'].inputs == ('infos', 'stage1')
    for name, part in (('reference', 'reference'), ('stage1', 'clear')):
        assert f'train_dataloader.dataset.ann_file=infos/{part}/infos_train.pkl' in (
            steps[name].command)
        assert steps[f'infos_{part}'].outputs == (
            Path(f'data/infos/{part}/nuscenes_infos_train.pkl'),)
    assert not any('ann_file' in word for word in steps['stage2'].command)
    assert [steps[name].arguments_without_effect[1] for name in (
        'world_reference', 'world_clear', 'world')] == ['4', '2', '2']
    alone = build_chain(replace(options, jobs=1), root)
    assert alone[2].arguments_without_effect[1] == '4'


def test_a_part_of_the_world_holds_what_its_training_reads(repo_root, minidrive_tiny, tmp_path):
    header = json.loads((minidrive_tiny / 'minidrive.json').read_text())
    header.pop('generator')
    for training, (part, (only, _)) in zip(('reference', 'stage1'), PARTS.items(), strict=True):
        generate(tmp_path, Settings(**{**header, 'only': only}), 1)
        build_infos(tmp_path, tmp_path / infos_of_part(part))
        config = Config.fromfile(
            repo_root / f'configs/cd/minidrive_{training}.py', import_custom_modules=False)
        loaders = [loader for loader in ('train_dataloader', 'val_dataloader') if loader in config]
        assert loaders
        changed = Config(config.to_dict())
        changed.merge_from_dict(dict(
            word.split('=') for word in read_infos_of(part, config)))
        for loader in loaders:
            kept = {key: config[loader].dataset.get(key)
                    for key in ('ann_file', 'split', 'conditions', 'view_mode')
                    if key in config[loader].dataset}
            whole = PairedImageLidarDataset(data_root=str(minidrive_tiny), **kept)
            of_part = PairedImageLidarDataset(data_root=str(tmp_path), **{
                **kept, 'ann_file': changed[loader].dataset.ann_file})
            tokens = [[info['token'] for info in data] for data in (whole, of_part)]
            assert tokens[0] == tokens[1] and tokens[0]


def test_seeds_repeat_the_training_and_not_the_world(root):
    steps = build_chain(DemoOptions(Path('work'), Path('data'), seeds=2, seed=4), root)
    assert [step.name for step in steps].count('world') == 1
    repeated = next(step for step in steps if step.name == 'seed5/stage2')
    assert repeated.folder == Path('work/seed5/stage2')
    assert 'randomness.seed=5' in repeated.command
    assert 'model.stage1_checkpoint=work/seed5/stage1/epoch_7.pth' in repeated.command
    assert 'randomness.seed=4' in next(s for s in steps if s.name == 'stage2').command


def test_quick_shortens_every_training_and_moves_every_data_set(root):
    steps = build_chain(DemoOptions(Path('work'), Path('data/tiny'), quick=True), root)
    assert 'tiny' in steps[0].command
    for step in steps[6:]:
        assert 'train_cfg.max_epochs=1' in step.command
        assert 'train_dataloader.dataset.data_root=data/tiny' in step.command
        assert step.outputs == (step.folder / 'epoch_1.pth',)
