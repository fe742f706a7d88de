"""Tests of the true labels of MiniDrive."""
from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.datasets.transforms.geometry import (
    lidar2img_matrix,
    project_points,
    visible_in_zbuffer,
)
from mmcrossdistill.datasets.transforms.loading import LoadPoints
from mmcrossdistill.datasets.transforms.point_labels import LoadPointLabels
from mmcrossdistill.preprocessing.weak_labels.minidrive_truth import TrueLabels


def test_points_that_a_camera_surely_sees_have_their_class(minidrive_tiny: Path) -> None:
    truth = TrueLabels(minidrive_tiny)
    right, total, objects = 0, 0, set()
    dataset = PairedImageLidarDataset('nuscenes_infos_train.pkl', str(minidrive_tiny))
    for info in (dataset[index] for index in (0, 7, 13)):
        results = LoadPointLabels().transform(LoadPoints().transform(dict(info)))
        for view, image in info['images'].items():
            shown = truth(info['scene_name'], view, image['timestamp'])
            assert shown.labels.shape == shown.objects.shape == (72, 128)
            index, uv, depth = project_points(results['points'], lidar2img_matrix(
                np.asarray(image['cam2img']), np.asarray(image['lidar2cam'])), (72, 128))
            seen = visible_in_zbuffer(uv, depth, (72, 128), cell=6, margin=0.1) & (
                results['point_labels'][index] != 255)
            column, row = np.floor(uv[seen]).astype(int).T
            # Pixels all around show the same, so a little motion or parallax does not matter.
            around = np.stack([shown.labels[row + down, column + right]
                               for down in (-1, 0, 1) for right in (-1, 0, 1)])
            inside = (around == around[0]).all(axis=0)
            right += (around[0] == results['point_labels'][index[seen]])[inside].sum()
            total += inside.sum()
            assert not (shown.labels[shown.objects >= 0] == 10).any()  # no object is a road
            objects |= set(np.unique(shown.objects))
    assert total > 2000 and right / total > 0.98
    assert -1 in objects and len(objects) > 5


def test_the_sky_is_unlabelled(minidrive_tiny: Path) -> None:
    info = PairedImageLidarDataset('nuscenes_infos_val.pkl', str(minidrive_tiny))[0]
    shown = TrueLabels(minidrive_tiny)(
        info['scene_name'], 'CAM_FRONT', info['images']['CAM_FRONT']['timestamp'])
    assert (shown.labels[:5] == 255).any() and not (shown.labels[-5:] == 255).any()


def test_errors(minidrive_tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='minidrive.json.*create_data.py minidrive'):
        TrueLabels(tmp_path)
    with pytest.raises(KeyError, match='scene-9999'):
        TrueLabels(minidrive_tiny)('scene-9999', 'CAM_FRONT', 0.0)
    header = json.loads((minidrive_tiny / 'minidrive.json').read_text())
    shutil.copytree(minidrive_tiny / 'v1.0-trainval', tmp_path / 'v1.0-trainval')
    (tmp_path / 'minidrive.json').write_text(json.dumps(dict(header, generator=1)))
    with pytest.raises(ValueError, match='key generator.*version 1'):
        TrueLabels(tmp_path)
