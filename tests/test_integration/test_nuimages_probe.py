"""The nuImages probe by its real config on drawn labels."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from mmcrossdistill.preprocessing.info_file import write_infos
from mmcrossdistill.utils.run_config import build_runner, load_run_config


def test_trains_and_scores_eleven_classes(repo_root: Path, tmp_path: Path) -> None:
    image = np.full((90, 160, 3), 30, np.uint8)
    labels = np.full((90, 160), 3, np.uint8)
    image[:, 80:], labels[:, 80:], labels[:9] = 220, 10, 255
    cv2.imwrite(str(tmp_path / 'a.png'), image)
    cv2.imwrite(str(tmp_path / 'labels.png'), labels)
    for split in ('train', 'val'):
        write_infos(tmp_path / f'nuimages_infos_{split}.pkl', 'nuimages', 'v1.0', [dict(
            token=name, camera='CAM_FRONT', scene_name='log', img_path='a.png',
            label_map_path='labels.png') for name in 'ab'])
    options = {
        'model.backbone_2d.arch': 'test_tiny', 'model.backbone_2d.init_cfg': None,
        'train_dataloader.batch_size': 2, 'train_cfg.max_epochs': 10, 'param_scheduler': [],
        'optim_wrapper.optimizer.lr': 0.1, 'visualizer.vis_backends': []}
    for loader in ('train_dataloader', 'val_dataloader'):
        options |= {f'{loader}.num_workers': 0, f'{loader}.dataset.data_root': str(tmp_path),
                    f'{loader}.dataset.pipeline.2.size': (32, 64)}
    cfg = load_run_config(str(repo_root / 'configs/cd/benchmarks/nuimages_lp_vits.py'),
                          str(tmp_path / 'work'), options)
    runner = build_runner(cfg)
    runner.train()
    metrics = runner.val_loop.run()
    assert metrics['seg/full/miou'] > 80
    assert {'seg/full/iou_car', 'seg/full/iou_driveable_surface'} <= metrics.keys()
    assert runner.model.head.linear.out_features == 11
