"""The schedules' ends, and a resumed run equal to an uninterrupted one."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner

from mmcrossdistill.engine.hooks import ScheduleSelfDistillHook
from mmcrossdistill.registry import DATASETS
from mmcrossdistill.testing.tiny import (
    random_multi_crop_sample,
    tiny_distiller_cfg,
    tiny_self_distiller_cfg,
)

HOOK = dict(
    type='ScheduleSelfDistillHook', momentum=(0.8, 1.0), temperature_warmup=0.5,
    hold_prototypes=0.4)


@DATASETS.register_module()
class FixedCrops(torch.utils.data.Dataset):
    """Six images in fixed crops."""

    def __len__(self) -> int:
        return 6

    def __getitem__(self, index: int) -> dict[str, Any]:
        return random_multi_crop_sample(index)


def train(work_dir: Path, model: dict | None = None, **kwargs: Any) -> Runner:
    """Train three epochs of three steps."""
    runner = Runner.from_cfg(Config(dict(
        default_scope='mmcrossdistill', model=model or tiny_self_distiller_cfg(),
        work_dir=str(work_dir), experiment_name=work_dir.name,
        train_dataloader=dict(
            batch_size=2, num_workers=0, dataset=dict(type='FixedCrops'),
            collate_fn=dict(type='pseudo_collate'),
            sampler=dict(type='DefaultSampler', shuffle=False)),
        optim_wrapper=dict(type='OptimWrapper', optimizer=dict(type='AdamW', lr=1e-2)),
        train_cfg=dict(by_epoch=True, max_epochs=3), custom_hooks=[HOOK],
        default_hooks=dict(checkpoint=dict(type='CheckpointHook', interval=1)),
        log_level='ERROR', randomness=dict(seed=0), **kwargs)))
    runner.train()
    return runner


def test_a_resumed_run_equals_an_uninterrupted_one_and_prototypes_wait(tmp_path: Path) -> None:
    whole = train(tmp_path / 'whole').model.state_dict()
    checkpoint = tmp_path / 'whole' / 'epoch_1.pth'
    resumed = train(
        tmp_path / 'resumed', resume=True, load_from=str(checkpoint)).model.state_dict()
    for name, value in whole.items():
        torch.testing.assert_close(resumed[name], value, rtol=0, atol=0, msg=name)
    first = torch.load(checkpoint, weights_only=False)['state_dict']
    assert any(not torch.equal(first[name], whole[name]) for name in whole if '2d' in name)
    # Three of nine steps are less than 40 %.
    name = 'student.dino_head.prototypes'
    direction = torch.nn.functional.normalize
    torch.testing.assert_close(direction(first[name]), direction(first['dino_head.prototypes']))
    assert not torch.allclose(direction(whole[name]), direction(first[name]), atol=1e-3)


def test_values_start_and_end_where_they_should() -> None:
    hook = ScheduleSelfDistillHook()
    assert hook.momentum_at(0.0) == pytest.approx(0.992)
    assert hook.momentum_at(0.5) == pytest.approx(0.996)
    assert hook.momentum_at(1.0) == pytest.approx(1.0)
    assert [hook.temperature_at(done) for done in (0.0, 0.15, 0.3, 1.0)] == pytest.approx(
        [0.04, 0.055, 0.07, 0.07])
    assert ScheduleSelfDistillHook(temperature_warmup=0.0).temperature_at(0.0) == 0.07


@pytest.mark.parametrize('wrong', [
    dict(momentum=(0.9, 1.1)), dict(hold_prototypes=-0.1), dict(teacher_temperature=(0.0, 0.1))])
def test_settings_are_checked(wrong: dict) -> None:
    with pytest.raises(ValueError, match='must'):
        ScheduleSelfDistillHook(**wrong)


def test_another_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match='drives a SelfDistiller'):
        train(tmp_path, model=tiny_distiller_cfg())
