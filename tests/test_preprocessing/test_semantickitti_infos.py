"""Info files of SemanticKITTI."""
from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from mmcrossdistill.datasets import SemanticKittiDataset
from mmcrossdistill.preprocessing.kitti_infos import read_matrices
from mmcrossdistill.preprocessing.semantickitti_infos import build_infos
from tests.data.semantickitti import P2, POSES, TR, write_sequence


def read(path: Path) -> list[dict]:
    """Items of an info file."""
    return pickle.loads(path.read_bytes())['data_list']


def test_splits_paths_and_times(tmp_path: Path) -> None:
    for name in ('00', '08', '11'):
        write_sequence(tmp_path, name, ['000000', '000002'])
    write_sequence(tmp_path, '10', ['000001'])
    train, val = build_infos(tmp_path, tmp_path)
    assert (train.name, val.name) == (
        'semantickitti_infos_train.pkl', 'semantickitti_infos_val.pkl')
    items = read(train)
    assert [item['token'] for item in items] == ['00_000000', '00_000002', '10_000001']
    assert [item['sample_idx'] for item in items] == [0, 1, 2]
    assert [item['timestamp'] for item in items] == [0.0, 0.207, 0.1036]
    assert [item['token'] for item in read(val)] == ['08_000000', '08_000002']
    dataset = SemanticKittiDataset(train.name, str(tmp_path), conditions=['day-clear'])
    assert len(dataset.metainfo['classes']) == len(dataset.metainfo['palette']) == 19
    info = dataset[1]
    assert Path(info['lidar_points']['lidar_path']).is_file()
    assert Path(info['images']['CAM2']['img_path']).is_file()
    assert (info['images']['CAM2']['height'], info['images']['CAM2']['width']) == (6, 20)


def test_projection_and_poses_equal_the_published_chain(tmp_path: Path) -> None:
    write_sequence(tmp_path, '00', ['000000', '000001', '000002'])
    items = read(build_infos(tmp_path, tmp_path)[0])
    point = np.array([12.0, 3.0, -1.0, 1.0])
    projection, lidar2ref = (np.array(text.split(), float).reshape(3, 4) for text in (P2, TR))
    lidar2ref = np.vstack([lidar2ref, [0, 0, 0, 1]])
    image = items[0]['images']['CAM2']
    np.testing.assert_allclose(
        np.array(image['cam2img']) @ (np.array(image['lidar2cam']) @ point)[:3],
        projection @ lidar2ref @ point, rtol=1e-12)
    # What the reference camera sees after a move is what the LiDAR sees, brought to its frame.
    for item, pose in zip(items, POSES, strict=True):
        pose = np.vstack([np.array(pose.split(), float).reshape(3, 4), [0, 0, 0, 1]])
        np.testing.assert_allclose(
            lidar2ref @ np.array(item['ego2global']) @ point, pose @ lidar2ref @ point, atol=1e-9)


@pytest.mark.parametrize('name,text,message', [
    ('calib.txt', f'P2: {P2}\n', 'has no Tr of 12 numbers'),
    ('calib.txt', f'P2: {P2}\nTr: {TR.replace("-1", "-3", 1)}\n', 'key Tr is not a rotation'),
    ('poses.txt', POSES[0] + '\n', 'has 1 poses for 2 frames'),
    ('poses.txt', '\n'.join([POSES[0].replace('1', '2'), *POSES]), 'line 1 is not a rotation'),
])
def test_broken_files_are_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    folder = write_sequence(tmp_path, '08', ['000000', '000001'])
    (folder / name).write_text(text)
    with pytest.raises((KeyError, ValueError), match=f'08.{name}.*{message}'):
        build_infos(tmp_path, tmp_path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='not the root of SemanticKITTI'):
        build_infos(tmp_path, tmp_path)
    folder = write_sequence(tmp_path, '08', ['000000'])
    (folder / 'poses.txt').unlink()
    with pytest.raises(FileNotFoundError, match='poses.txt do not exist'):
        build_infos(tmp_path, tmp_path)
    (folder / 'poses.txt').write_text(POSES[0])
    (folder / 'image_2' / '000000.png').write_bytes(b'no image')
    with pytest.raises(FileNotFoundError, match='000000.png .*is no image'):
        build_infos(tmp_path, tmp_path)


@pytest.mark.real_data
def test_real_frames_give_dense_pairs(real_data: Path, tmp_path: Path) -> None:
    """A KITTI frame, moved into the layout of the odometry benchmark."""
    source = real_data / 'kitti' / 'object'
    values = read_matrices(source / 'calib' / '000008.txt', dict(R0_rect=9, Tr_velo_to_cam=12))
    folder = write_sequence(tmp_path, '04', [])
    lidar2ref = values['R0_rect'].reshape(3, 3) @ values['Tr_velo_to_cam'].reshape(3, 4)
    (folder / 'calib.txt').write_text('P2: {}\nTr: {}\n'.format(*(
        ' '.join(map(str, matrix.ravel())) for matrix in (values['P2'], lidar2ref))))
    (folder / 'velodyne' / '000000.bin').symlink_to(source / 'velodyne' / '000008.bin')
    (folder / 'image_2' / '000000.png').symlink_to(source / 'image_2' / '000008.png')
    path, = build_infos(tmp_path, tmp_path)
    results, = SemanticKittiDataset(
        path.name, str(tmp_path),
        pipeline=[dict(type='LoadPoints'), dict(type='SelectViews'), dict(type='LoadImages'),
                  dict(type='CorrespondencePipeline')])
    corr = results['corr']
    height, width = results['imgs'][0].shape[:2]
    assert len(corr) > 15_000 and corr.pixel_uv[:, 1].median() > height / 2
    assert corr.pixel_uv[:, 0].min() < 5 and corr.pixel_uv[:, 0].max() > width - 6
    # Both layouts of this frame give the same pairs.
    projection = values['P2'].reshape(3, 4) @ np.vstack([lidar2ref, [0, 0, 0, 1]])
    points = np.c_[results['points'][:, :3].astype(np.float64), np.ones(len(results['points']))]
    image = points[corr.point_idx.numpy()] @ projection.T
    np.testing.assert_allclose(corr.pixel_uv, image[:, :2] / image[:, 2:], atol=0.02)
