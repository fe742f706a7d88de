"""CD's stage 1 on several data sets mixed, by the real configs of Table D."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch

from mmcrossdistill.preprocessing import pandaset_infos, semantickitti_infos
from mmcrossdistill.utils.run_config import build_runner, load_run_config
from tests.data.pandaset import NOON, write_scene
from tests.data.semantickitti import write_sequence


def write_kitti(root: Path) -> None:
    """Two frames with points in front of the camera."""
    folder = write_sequence(root, '00', ['000000', '000001'])
    random = np.random.RandomState(0)
    for path in (folder / 'velodyne').glob('*.bin'):
        points = random.uniform([5, -5, -2, 0], [40, 5, 1, 1], (300, 4))
        points.astype(np.float32).tofile(path)
        cv2.imwrite(str(folder / 'image_2' / f'{path.stem}.png'),
                    np.full((370, 1226, 3), 90, np.uint8))
    semantickitti_infos.build_infos(root, root)


def test_batches_mix_sensors_and_stage1_learns_from_them(
    repo_root: Path, tmp_path: Path, minidrive_tiny: Path,
) -> None:
    write_kitti(tmp_path / 'kitti')
    write_scene(tmp_path / 'panda', '001', 37.7)
    write_scene(tmp_path / 'panda', '002', 37.7, NOON + 9 * 3600)
    pandaset_infos.build_infos(tmp_path / 'panda', tmp_path / 'panda')
    options = {
        'model.backbone_2d.arch': 'test_tiny', 'model.backbone_2d.checkpoint': None,
        'model.backbone_3d': dict(type='WaffleIron', arch='test_tiny', _delete_=True),
        'model.projector_3d.in_channels': 16, 'model.projector_3d.out_channels': 32,
        'train_cfg.max_epochs': 1, 'param_scheduler': [], 'visualizer.vis_backends': [],
        'train_dataloader.num_workers': 0, 'train_dataloader.batch_size': 4}
    roots = [minidrive_tiny, tmp_path / 'kitti', tmp_path / 'panda', tmp_path / 'panda']
    for index, root in enumerate(roots):
        source = f'train_dataloader.dataset.datasets.{index}'
        options |= {f'{source}.data_root': str(root), f'{source}.pipeline.10.size': (32, 64),
                    f'{source}.pipeline.12.num_neighbors': 4}
    options['train_dataloader.dataset.datasets.0.indices'] = 2
    cfg = load_run_config(
        str(repo_root / 'configs/cd/table_d/stage1_multi_vitl.py'), str(tmp_path / 'work'),
        options)
    runner = build_runner(cfg)
    dataset = runner.train_dataloader.dataset
    assert [len(part) for part in dataset.datasets] == [2, 2, 4, 4]
    # Only the mixed run's own scale of each sensor reaches the network.
    means = [float(dataset.datasets[part][0]['inputs']['points'][:, 3].mean())
             for part in range(4)]
    assert all(abs(mean) < 12 for mean in means) and len(set(means)) == 4
    before = runner.model.projector_3d.state_dict()['linear.weight'].clone()
    runner.train()
    after = runner.model.projector_3d.state_dict()['linear.weight']
    assert torch.isfinite(after).all() and not torch.equal(before, after)


def test_the_clear_variant_leaves_night_out(repo_root: Path) -> None:
    cfg = load_run_config(str(repo_root / 'configs/cd/table_d/stage1_multi_clear_vitl.py'))
    parts = cfg.train_dataloader.dataset.datasets
    assert [part.conditions for part in parts] == [['day-clear']] * 4
    full = load_run_config(str(repo_root / 'configs/cd/table_d/stage1_multi_vitl.py'))
    assert all('conditions' not in part for part in full.train_dataloader.dataset.datasets)
