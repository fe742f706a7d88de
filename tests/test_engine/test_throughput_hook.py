"""Throughput and memory stand in the training log; frozen branches add nothing to the latter."""
from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config
from mmengine.logging import MessageHub
from mmengine.runner import Runner

from mmcrossdistill.engine.hooks import ThroughputHook, throughput_hook
from mmcrossdistill.registry import DATASETS, MODELS
from mmcrossdistill.testing.tiny import random_batch, random_sample, tiny_distiller_cfg


@DATASETS.register_module()
class FourSamples(torch.utils.data.Dataset):
    """Four fixed samples."""

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> dict:
        return random_sample(seed=index)


def test_the_log_of_a_run_shows_both(repo_root: Path, tmp_path: Path) -> None:
    cfg = Config.fromfile(repo_root / 'configs/_base_/default_runtime.py')
    cfg.merge_from_dict(dict(
        model=tiny_distiller_cfg(), work_dir=str(tmp_path), log_level='WARNING',
        experiment_name=tmp_path.name,
        train_dataloader=dict(
            batch_size=2, num_workers=0, dataset=dict(type='FourSamples'),
            collate_fn=dict(type='pseudo_collate'),
            sampler=dict(type='DefaultSampler', shuffle=False)),
        optim_wrapper=dict(optimizer=dict(type='AdamW', lr=1e-3)),
        train_cfg=dict(by_epoch=True, max_epochs=2)))
    cfg.default_hooks.logger.interval = 1
    cfg.visualizer.vis_backends = [dict(type='LocalVisBackend')]
    Runner.from_cfg(cfg).train()
    (path,) = tmp_path.glob('*/vis_data/scalars.json')
    steps = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(steps) == 4
    for step in steps:
        assert step['samples_per_s'] == pytest.approx(2 / step['time'])  # equal batches
        assert step['peak_memory_mb'] > 50


def test_the_rate_is_that_of_the_window_and_of_all_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throughput_hook, 'get_world_size', lambda: 3)
    hub = MessageHub.get_instance('throughput')
    runner = SimpleNamespace(message_hub=hub, log_processor=SimpleNamespace(window_size=2))
    hook = ThroughputHook()
    hook.before_train(runner)
    # The last batch of an epoch is smaller.
    for seconds, samples in ((100.0, 8), (0.5, 8), (1.5, 2)):
        hub.update_scalar('train/time', seconds)
        hook.after_train_iter(runner, 0, dict(data_samples=[None] * samples))
    assert hub.get_scalar('train/samples_per_s').current() == pytest.approx(3 * 10 / 2.0)


def test_a_batch_of_another_layout_has_no_rate() -> None:
    hub = MessageHub.get_instance('no throughput')
    hub.update_scalar('train/time', 1.0)
    hook = ThroughputHook()
    runner = SimpleNamespace(message_hub=hub, log_processor=SimpleNamespace(window_size=2))
    hook.before_train(runner)
    hook.after_train_iter(runner, 0, dict(x=torch.zeros(2)))
    assert set(hub.log_scalars) == {'train/time', 'train/peak_memory_mb'}


@pytest.mark.parametrize('direction,frozen', [
    ('image_to_lidar', 'extract_2d'), ('lidar_to_image', 'extract_3d')])
def test_a_frozen_branch_keeps_no_graph(direction: str, frozen: str) -> None:
    model = MODELS.build(tiny_distiller_cfg(direction)).train()
    inputs = model.data_preprocessor(random_batch(), True)['inputs']
    saved = dict(extract_2d=0, extract_3d=0)
    for name in saved:
        def pack(tensor: torch.Tensor, name: str = name) -> torch.Tensor:
            saved[name] += tensor.numel()
            return tensor
        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            out = getattr(model, name)(inputs['imgs' if name == 'extract_2d' else 'points'])
        assert out.requires_grad == (name != frozen)
    learning = next(name for name in saved if name != frozen)
    assert saved[frozen] == 0 < saved[learning]
