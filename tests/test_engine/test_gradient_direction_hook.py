"""Both stages inside one run: the same as two runs, also when resumed or distributed."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner

from mmcrossdistill.engine.hooks import GradientDirectionHook
from mmcrossdistill.registry import DATASETS
from mmcrossdistill.testing.dist import run_distributed
from mmcrossdistill.testing.tiny import random_sample, tiny_distiller_cfg

STAGE1 = dict(type='OptimWrapper', optimizer=dict(type='AdamW', lr=1e-2))
STAGE2 = dict(type='OptimWrapper', optimizer=dict(type='AdamW', lr=1e-3))


@DATASETS.register_module()
class FixedSamples(torch.utils.data.Dataset):
    """Eight fixed samples."""

    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> dict[str, Any]:
        return random_sample(seed=index)


def loader(batch_size: int = 4) -> dict:
    """Config of the data loader, in a fixed order."""
    return dict(
        batch_size=batch_size, num_workers=0, dataset=dict(type='FixedSamples'),
        collate_fn=dict(type='pseudo_collate'),
        sampler=dict(type='DefaultSampler', shuffle=False))


def runner(work_dir: Path, epochs: int, model: dict, optim_wrapper: dict, batch_size: int = 4,
           **kwargs: Any) -> Runner:
    """A runner over the fixed samples."""
    return Runner.from_cfg(Config(dict(
        default_scope='mmcrossdistill', model=model, work_dir=str(work_dir),
        train_dataloader=loader(batch_size), optim_wrapper=optim_wrapper,
        train_cfg=dict(by_epoch=True, max_epochs=epochs),
        default_hooks=dict(checkpoint=dict(type='CheckpointHook', interval=1)),
        log_level='WARNING', randomness=dict(seed=0),
        experiment_name=f'{work_dir.name}-{epochs}-{len(kwargs)}', **kwargs)))


def phases(begin: int) -> list[dict]:
    """The schedule of a hook: custom_hooks of the config."""
    return [dict(type='GradientDirectionHook', phases=[
        dict(begin=0, direction='image_to_lidar'),
        dict(begin=begin, direction='lidar_to_image', optim_wrapper=STAGE2)])]


def one_run(work_dir: Path, epochs: int, begin: int, **kwargs: Any) -> dict[str, torch.Tensor]:
    """Train with the hook."""
    made = runner(work_dir, epochs, tiny_distiller_cfg(), STAGE1, custom_hooks=phases(begin),
                  **kwargs)
    made.train()
    model = made.model.module if hasattr(made.model, 'module') else made.model
    return model.state_dict()


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor], **tolerance: float) -> None:
    """Compare two state dicts."""
    assert a.keys() == b.keys()
    for name in a:
        torch.testing.assert_close(a[name], b[name], msg=name, **tolerance)


def test_one_run_equals_two_runs(tmp_path: Path) -> None:
    runner(tmp_path / 'stage1', 2, tiny_distiller_cfg(), STAGE1).train()
    second = runner(tmp_path / 'stage2', 1, tiny_distiller_cfg(
        'lidar_to_image', stage1_checkpoint=str(tmp_path / 'stage1/epoch_2.pth')), STAGE2)
    second.train()
    same(one_run(tmp_path / 'one', 3, 2), second.model.state_dict(), rtol=1e-5, atol=1e-6)


def test_resume_in_the_second_phase_equals_an_uninterrupted_run(tmp_path: Path) -> None:
    whole = one_run(tmp_path / 'whole', 3, 1)
    one_run(tmp_path / 'cut', 2, 1)
    resumed = one_run(tmp_path / 'cut', 3, 1, resume=True)
    same(resumed, whole, rtol=0, atol=0)


def ddp_run(rank: int, world_size: int, folder: str) -> dict[str, torch.Tensor]:
    """The hooked run on one of two ranks."""
    made = runner(Path(folder) / f'rank{rank}', 2, tiny_distiller_cfg(), STAGE1, batch_size=2,
                  custom_hooks=phases(1),
                  model_wrapper_cfg=dict(type='MMDistributedDataParallel', device_ids=None))
    # The group exists already (no launcher), so the runner is told that it is distributed.
    made._distributed = True
    made.model = made.wrap_model(made.cfg.model_wrapper_cfg, made.model)
    made.train()
    return made.model.module.state_dict()


def test_two_processes_stay_in_step_after_the_switch(tmp_path: Path) -> None:
    first, second = run_distributed(ddp_run, args=(str(tmp_path),))
    learning = [name for name in first if name.startswith('backbone_2d')]
    assert learning
    same(first, second, rtol=0, atol=0)


def test_phases_are_checked() -> None:
    with pytest.raises(ValueError, match='begin at epoch 0'):
        GradientDirectionHook([dict(begin=1, direction='both')])
