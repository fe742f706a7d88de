"""Both stages on real nuScenes keyframes, and stage 1 on KITTI."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmcrossdistill.preprocessing import frames_infos, kitti_infos
from mmcrossdistill.utils.run_config import build_runner, load_run_config

pytestmark = pytest.mark.real_data

TINY = {
    'model.backbone_2d.arch': 'test_tiny', 'model.backbone_2d.checkpoint': None,
    'model.backbone_3d': dict(_delete_=True, type='WaffleIron', arch='test_tiny'),
    'model.projector_3d.in_channels': 16, 'model.projector_3d.out_channels': 32}


def train(config: Path, work_dir: Path, options: dict) -> dict[str, torch.Tensor]:
    """Train one epoch; return the weights."""
    options = options | {
        'train_dataloader.num_workers': 0, 'visualizer.vis_backends': [],
        'train_cfg.max_epochs': 1, 'param_scheduler': [], 'log_level': 'WARNING',
        'experiment_name': work_dir.name}
    runner = build_runner(load_run_config(str(config), str(work_dir), options))
    runner.train()
    assert torch.isfinite(torch.as_tensor(runner.message_hub.get_scalar('train/loss').current()))
    return {name: value.clone() for name, value in runner.model.state_dict().items()}


def both_stages(repo_root: Path, real_data: Path, tmp_path: Path, encoders: dict) -> None:
    """Stage 1, then stage 2, on the keyframes."""
    root = real_data / 'nuscenes'
    infos = frames_infos.build_infos(root, tmp_path)
    options = encoders | {
        'train_dataloader.dataset.data_root': str(root),
        'train_dataloader.dataset.ann_file': str(infos)}
    first = train(repo_root / 'configs/cd/frames_stage1_vits.py', tmp_path / 'stage1', options)
    second = train(
        repo_root / 'configs/cd/frames_stage2_vits.py', tmp_path / 'stage2',
        options | {'model.stage1_checkpoint': str(tmp_path / 'stage1' / 'epoch_1.pth')})
    moved = {name.split('.')[0] for name in first if not torch.equal(first[name], second[name])}
    assert moved == {'backbone_2d'}


def test_both_stages_on_nuscenes(repo_root: Path, real_data: Path, tmp_path: Path) -> None:
    both_stages(repo_root, real_data, tmp_path, TINY)


@pytest.mark.slow
def test_both_stages_at_the_published_sizes(
        repo_root: Path, real_data: Path, tmp_path: Path) -> None:
    both_stages(repo_root, real_data, tmp_path, {'model.backbone_2d.checkpoint': None})


def test_stage1_on_kitti(repo_root: Path, real_data: Path, tmp_path: Path) -> None:
    root = real_data / 'kitti' / 'object'
    (infos,) = kitti_infos.build_infos(root, tmp_path)
    train(repo_root / 'configs/cd/kitti_stage1_vits.py', tmp_path / 'kitti', TINY | {
        'train_dataloader.dataset.data_root': str(root),
        'train_dataloader.dataset.ann_file': str(infos)})
