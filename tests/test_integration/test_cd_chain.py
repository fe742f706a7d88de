"""Stage 1, stage 2 and a probe on the tiny world, by the same functions as the tools."""
from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from mmcrossdistill.publishing.publish import publish
from mmcrossdistill.publishing.source import read_sources
from mmcrossdistill.utils.optional import require
from mmcrossdistill.utils.run_config import build_runner, load_run_config, set_resume

# The real MiniDrive configs with encoders of milliseconds.
TINY_2D = {'model.backbone_2d.arch': 'test_tiny'}
TINY = TINY_2D | {
    'model.backbone_2d.init_cfg': None,
    'model.backbone_3d.arch': 'test_tiny',
    'model.projector_3d.in_channels': 16, 'model.projector_3d.out_channels': 32}


def run(repo_root: Path, config: str, work_dir: Path, world: Path, options: dict[str, Any],
        epochs: int = 1, resume: Path | None = None) -> Any:
    """Train by a config of the repository on a world."""
    probe = 'benchmarks' in config
    options = {'param_scheduler': []} | options | {
        'train_cfg.max_epochs': epochs, 'log_level': 'WARNING',
        'visualizer.vis_backends': [], 'experiment_name': f'{work_dir.name}-{epochs}-{resume}'}
    for loader in ['train_dataloader', 'val_dataloader'] if probe else ['train_dataloader']:
        options[f'{loader}.dataset.data_root'] = str(world)
        options[f'{loader}.num_workers'] = 0 if probe else 1
    if 'train_cfg.val_interval' not in options and probe:
        options['train_cfg.val_interval'] = epochs
    cfg = load_run_config(str(repo_root / config), str(work_dir), options)
    set_resume(cfg, None if resume is None else str(resume))
    runner = build_runner(cfg)
    runner.train()
    return runner


def weights(path: Path) -> dict[str, torch.Tensor]:
    """State dict of a checkpoint of ours."""
    return torch.load(path, weights_only=False)['state_dict']


@pytest.fixture(scope='module')
def stage1(repo_root: Path, minidrive_tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Work dir of two epochs of stage 1."""
    work_dir = tmp_path_factory.mktemp('stage1')
    run(repo_root, 'configs/cd/minidrive_stage1.py', work_dir, minidrive_tiny, TINY, epochs=2)
    return work_dir


def test_stage1_learns_in_3d_only(stage1: Path) -> None:
    first, last = weights(stage1 / 'epoch_1.pth'), weights(stage1 / 'epoch_2.pth')
    assert all(torch.equal(first[name], last[name]) for name in first if 'backbone_2d' in name)
    assert any(not torch.equal(first[name], last[name]) for name in first if 'backbone_3d' in name)


def test_a_resumed_stage1_equals_an_uninterrupted_one(
        stage1: Path, repo_root: Path, minidrive_tiny: Path, tmp_path: Path) -> None:
    run(repo_root, 'configs/cd/minidrive_stage1.py', tmp_path, minidrive_tiny, TINY, epochs=2,
        resume=stage1 / 'epoch_1.pth')
    whole, resumed = weights(stage1 / 'epoch_2.pth'), weights(tmp_path / 'epoch_2.pth')
    for name, value in whole.items():
        torch.testing.assert_close(resumed[name], value, rtol=1e-6, atol=1e-7, msg=name)


@pytest.fixture(scope='module')
def stage2(stage1: Path, repo_root: Path, minidrive_tiny: Path,
           tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkpoint of one epoch of stage 2."""
    work_dir = tmp_path_factory.mktemp('stage2')
    run(repo_root, 'configs/cd/minidrive_stage2.py', work_dir, minidrive_tiny,
        TINY | {'model.stage1_checkpoint': str(stage1 / 'epoch_2.pth')})
    return work_dir / 'epoch_1.pth'


def test_stage2_and_a_probe(
        stage1: Path, stage2: Path, repo_root: Path, minidrive_tiny: Path, tmp_path: Path,
) -> None:
    before, after = weights(stage1 / 'epoch_2.pth'), weights(stage2)
    still = [name for name in before if name.startswith(('backbone_3d', 'projector_3d'))]
    assert still and all(torch.equal(before[name], after[name]) for name in still)
    assert any(not torch.equal(before[name], after[name]) for name in before if '2d' in name)

    probe = run(
        repo_root, 'configs/cd/benchmarks/minidrive_seg_lp.py', tmp_path / 'probe', minidrive_tiny,
        TINY_2D | {'model.backbone_2d.init_cfg.checkpoint': str(stage2)})
    encoder = probe.model.backbone_2d.state_dict()
    for name, value in encoder.items():
        assert torch.equal(value, after[f'backbone_2d.{name}']), name
    values = probe.message_hub.log_scalars
    for condition in ('full', 'day_clear', 'day_rain', 'night'):
        assert 0 <= values[f'val/seg/{condition}/miou'].current() <= 100


def test_a_distilled_encoder_is_the_same_in_timm_and_transformers(
        stage2: Path, repo_root: Path, tmp_path: Path) -> None:
    config = str(repo_root / 'configs/cd/minidrive_stage2.py')
    cfg = load_run_config(config, str(tmp_path), TINY)
    publish(cfg, config, str(stage2), tmp_path / 'out', say=str)
    encoder = read_sources(cfg, config, str(stage2))['backbone_2d'].encoder
    imgs = torch.randn(2, 3, 128, 224)
    timm = require('timm', extra='vit')
    in_timm = timm.create_model(f'local-dir:{tmp_path}/out/timm', pretrained=True).eval()
    in_transformers = pytest.importorskip('transformers').AutoModel.from_pretrained(
        tmp_path / 'out' / 'hf_dinov2').eval()
    with torch.no_grad():
        ours, = encoder(imgs)
        for theirs in (
                in_timm.forward_intermediates(
                    imgs, indices=1, norm=False, intermediates_only=True)[0],
                in_transformers(imgs, output_hidden_states=True).hidden_states[-1][
                    :, 1:].transpose(1, 2).unflatten(2, (16, 28))):
            assert (theirs - ours).abs().max() <= 1e-5 * ours.abs().max()
    card = (tmp_path / 'out' / 'timm' / 'README.md').read_text()
    assert "split='unlabelled'" in card and '128 x 224' in card
    assert sorted(path.name for path in (tmp_path / 'out').iterdir()) == [
        'hf_dinov2', 'mmdet3d', 'mmpretrain', 'timm']


def test_continued_self_supervision_and_a_probe(
        repo_root: Path, minidrive_tiny: Path, tmp_path: Path) -> None:
    config = 'configs/cd/minidrive_dinov2plus.py'
    # The tiny world has fewer steps than the warm-up of the learning rate needs.
    decay = dict(load_run_config(str(repo_root / config)).param_scheduler[-1])
    trained = run(
        repo_root, config, tmp_path / 'plus', minidrive_tiny, TINY_2D | {
            'model.backbone_2d.init_cfg': None, 'param_scheduler': [decay],
            'model.dino_head.in_channels': 32, 'model.ibot_head.in_channels': 32})
    for name in ('dino', 'ibot', 'koleo'):
        assert math.isfinite(trained.message_hub.get_scalar(f'train/loss_{name}').mean())
    # Weight decay has grown tenfold by the end, except where there is none.
    for group in trained.optim_wrapper.optimizer.param_groups:
        flat = group['params'][0].ndim == 1
        assert group['weight_decay'] == 0 if flat else group['weight_decay'] > 0.3
    checkpoint = tmp_path / 'plus' / 'epoch_1.pth'
    after = weights(checkpoint)
    assert not torch.equal(
        after['backbone_2d.model.norm.weight'], after['student.backbone_2d.model.norm.weight'])

    probe = run(
        repo_root, 'configs/cd/benchmarks/minidrive_seg_lp.py', tmp_path / 'probe', minidrive_tiny,
        TINY_2D | {'model.backbone_2d.init_cfg.checkpoint': str(checkpoint)})
    for name, value in probe.model.backbone_2d.state_dict().items():
        assert torch.equal(value, after[f'backbone_2d.{name}']), name


def test_stage2_without_stage1_stops_before_the_first_batch(
        repo_root: Path, minidrive_tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='model.stage1_checkpoint'):
        run(repo_root, 'configs/cd/minidrive_stage2.py', tmp_path, minidrive_tiny,
            TINY | {'model.stage1_checkpoint': str(tmp_path / 'absent.pth')})
    assert not list(tmp_path.glob('epoch_*.pth'))
