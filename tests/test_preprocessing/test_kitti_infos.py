"""Tests of the KITTI infos."""
from __future__ import annotations

import pickle
from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.preprocessing.kitti_infos import build_infos, read_calibration

CALIB = """P2: 700 0 600 45 0 700 170 0.2 0 0 1 0.003
R0_rect: 1 0 0 0 1 0 0 0 1
Tr_velo_to_cam: 0 -1 0 0 0 0 -1 -0.08 1 0 0 -0.27
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two frames."""
    for folder in ('velodyne', 'image_2', 'calib'):
        (tmp_path / folder).mkdir()
    for name in ('000000', '000007'):
        np.zeros((3, 4), np.float32).tofile(tmp_path / 'velodyne' / f'{name}.bin')
        cv2.imwrite(str(tmp_path / 'image_2' / f'{name}.png'), np.zeros((6, 20, 3), np.uint8))
        (tmp_path / 'calib' / f'{name}.txt').write_text(CALIB)
    return tmp_path


def test_projection_equals_the_published_chain(root: Path) -> None:
    cam2img, lidar2cam, _ = read_calibration(root / 'calib' / '000000.txt')
    point = np.array([12.0, 3.0, -1.0, 1.0])
    velodyne = np.array([[0, -1, 0, 0], [0, 0, -1, -0.08], [1, 0, 0, -0.27], [0, 0, 0, 1]])
    projection = np.array([[700, 0, 600, 45], [0, 700, 170, 0.2], [0, 0, 1, 0.003]])
    expected = projection @ velodyne @ point
    np.testing.assert_allclose(cam2img @ (lidar2cam @ point)[:3], expected, rtol=1e-12)


def test_frames_and_splits(root: Path, tmp_path: Path) -> None:
    path, = build_infos(root, root)
    item = pickle.loads(path.read_bytes())['data_list'][1]
    assert path.name == 'kitti_infos_train.pkl' and item['token'] == '000007'
    assert item['lidar_points']['num_pts_feats'] == 4
    assert (item['images']['CAM2']['height'], item['images']['CAM2']['width']) == (6, 20)
    sets = tmp_path / 'sets'
    sets.mkdir()
    (sets / 'val.txt').write_text('000007\n')
    (sets / 'test.txt').write_text('999999\n')
    path, = build_infos(root, root, sets)
    assert path.name == 'kitti_infos_val.pkl'
    assert len(pickle.loads(path.read_bytes())['data_list']) == 1


@pytest.mark.parametrize('text,message', [
    (CALIB.replace('P2', 'P9'), 'has no P2 of 12 numbers'),
    (CALIB.replace('R0_rect: 1 0', 'R0_rect: 2 0'), 'key R0_rect is not a rotation'),
    (CALIB.replace('Tr_velo_to_cam: 0 -1', 'Tr_velo_to_cam: 0 -3'),
     'key Tr_velo_to_cam is not a rotation'),
])
def test_broken_calibration_is_named(root: Path, text: str, message: str) -> None:
    (root / 'calib' / '000007.txt').write_text(text)
    with pytest.raises((KeyError, ValueError), match=f'000007.txt.*{message}'):
        build_infos(root, root)


def test_missing_files_are_named(root: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='not a folder of KITTI object frames'):
        build_infos(tmp_path / 'none', root)
    with pytest.raises(FileNotFoundError, match='--image-sets'):
        build_infos(root, root, tmp_path / 'none')
    (root / 'image_2' / '000000.png').unlink()
    with pytest.raises(FileNotFoundError, match='000000.png'):
        build_infos(root, root)
    (root / 'calib' / '000000.txt').unlink()
    with pytest.raises(FileNotFoundError, match='000000.txt'):
        build_infos(root, root)


@pytest.mark.real_data
def test_real_frames_give_dense_pairs(real_data: Path, tmp_path: Path) -> None:
    root = real_data / 'kitti' / 'object'
    path, = build_infos(root, tmp_path)
    dataset = PairedImageLidarDataset(
        str(path), str(root), data_prefix=dict(pts='velodyne', CAM2='image_2'),
        pipeline=[dict(type='LoadPoints'), dict(type='SelectViews'), dict(type='LoadImages'),
                  dict(type='CorrespondencePipeline')])
    for results in dataset:
        corr = results['corr']
        height, width = results['imgs'][0].shape[:2]
        corr.validate(len(results['points']), 1, (height, width))
        # The 64 beams fill the lower part of the image from side to side.
        assert len(corr) > 15_000
        assert corr.pixel_uv[:, 0].min() < 5 and corr.pixel_uv[:, 0].max() > width - 6
        assert corr.pixel_uv[:, 1].median() > height / 2
