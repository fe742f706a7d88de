"""The chain of commands."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.demo.steps import DemoOptions, build_chain


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
            'train_dataloader = dict(dataset=dict(data_root="data/minidrive/"))\n')
    return tmp_path


def test_weights_are_handed_from_step_to_step(root):
    steps = {step.name: step for step in build_chain(
        DemoOptions(Path('work'), Path('data/minidrive')), root)}
    assert list(steps) == ['world', 'infos', 'reference', 'stage1', 'stage2', 'seg_before',
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
    for step in steps[2:]:
        assert 'train_cfg.max_epochs=1' in step.command
        assert 'train_dataloader.dataset.data_root=data/tiny' in step.command
        assert step.outputs == (step.folder / 'epoch_1.pth',)
