"""Out-of-domain depth: the real configs on files in the layout of KITTI and NYU."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import tiny_distiller_cfg
from mmcrossdistill.utils.run_config import build_runner, load_run_config

# Config, folders of images and depths, size, grey values per metre and greatest depth.
LAYOUTS = {
    'kitti': ('input', 'gt_depth', (375, 1242), 256, 80),
    'nyu': ('', '', (480, 640), 1000, 10)}


def write_data(root: Path, name: str) -> None:
    """An image of a near dark and a far bright half for each split."""
    img, depth, size, scale, farthest = LAYOUTS[name]
    for split in ('train', 'test'):
        image = np.full((*size, 3), 30, np.uint8)
        metres = np.full(size, farthest / 8)
        image[:, size[1] // 2:], metres[:, size[1] // 2:] = 220, farthest * 0.7
        metres[::3] = 0
        for folder, file_name, content in (
                (img, f'{split}/a.png', image),
                (depth, f'{split}/b.png', (metres * scale).astype(np.uint16))):
            path = root / folder / file_name
            path.parent.mkdir(parents=True, exist_ok=True)
            assert cv2.imwrite(str(path), content)
        list_name = {'kitti': 'kitti_eigen', 'nyu': 'nyu'}[name]
        (root / f'{list_name}_{split}.txt').write_text(f'/{split}/a.png {split}/b.png 518.8\n')


@pytest.mark.parametrize('name', LAYOUTS)
def test_trains_a_step_and_evaluates(repo_root: Path, tmp_path: Path, name: str) -> None:
    write_data(tmp_path, name)
    checkpoint = tmp_path / 'epoch_1.pth'
    torch.save(dict(state_dict=MODELS.build(tiny_distiller_cfg()).state_dict()), checkpoint)
    options = {
        'model.backbone_2d.arch': 'test_tiny',
        'model.backbone_2d.init_cfg.checkpoint': str(checkpoint),
        'train_dataloader.batch_size': 1, 'train_cfg.max_iters': 1, 'train_cfg.val_interval': 1,
        'model.num_bins': 8,
        'param_scheduler': [], 'visualizer.vis_backends': []}
    for loader in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        options |= {f'{loader}.num_workers': 0, f'{loader}.dataset.data_root': str(tmp_path)}
    cfg = load_run_config(
        str(repo_root / f'configs/cd/benchmarks/{name}_depth_lp_vits.py'),
        str(tmp_path / 'work'), options)
    assert cfg.model.max_depth == cfg.val_evaluator.max_depth == LAYOUTS[name][-1]
    runner = build_runner(cfg)
    runner.train()
    metrics = runner.val_loop.run()
    assert 0 < metrics['depth/full/rmse'] < LAYOUTS[name][-1]
    assert metrics['depth/full/skipped'] == 0
