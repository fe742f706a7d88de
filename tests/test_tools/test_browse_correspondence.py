"""Test of tools/analysis_tools/browse_correspondence.py as a user runs it."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np

from mmcrossdistill.datasets import PairedImageLidarDataset


def test_pictures_of_minidrive(repo_root: Path, minidrive_tiny: Path, tmp_path: Path) -> None:
    tool = repo_root / 'tools' / 'analysis_tools' / 'browse_correspondence.py'
    config = repo_root / 'configs' / '_base_' / 'datasets' / 'minidrive_seg2d.py'
    result = subprocess.run(
        [sys.executable, str(tool), str(config), '--out', str(tmp_path / 'pairs'), '--num', '2',
         '--data-root', str(minidrive_tiny), '--dataloader', 'val_dataloader', '--colour-by',
         'label'],
        text=True, capture_output=True, check=False, env=dict(PYTHONPATH=str(repo_root), PATH=''))
    assert result.returncode == 0, result.stderr
    pictures = sorted((tmp_path / 'pairs').glob('*.jpg'))
    assert len(pictures) == 2
    picture = cv2.imread(str(pictures[0]))
    assert picture.shape == (366, 2 * 640, 3)
    info = PairedImageLidarDataset(
        'nuscenes_infos_val.pkl', str(minidrive_tiny), view_mode='per_view')[0]
    image, = (cv2.imread(entry['img_path']) for entry in info['images'].values())
    plain = cv2.resize(cv2.resize(image, (224, 128)), (640, 366))
    for half in (picture[:, :640], picture[:, 640:]):
        # Discs change a part of the picture strongly; the rest is the view itself.
        changed = np.abs(half.astype(int) - plain).max(axis=2) > 60
        assert 0.015 < changed.mean() < 0.6
