"""Tests of the nuScenes infos, against the devkit."""
from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.nuscenes_classes import CLASSES, PALETTE
from mmcrossdistill.preprocessing.nuscenes_infos import build_infos
from mmcrossdistill.utils.optional import require

from .conftest import write_tables


@pytest.fixture
def built(nuscenes_root: Path) -> dict[str, list[dict[str, Any]]]:
    """Items of each split."""
    files = build_infos(nuscenes_root, nuscenes_root, lidar_sweeps=2, camera_sweeps=1)
    return {split: pickle.loads(path.read_bytes())['data_list'] for split, path in files.items()}


@pytest.fixture
def devkit(nuscenes_root: Path) -> Any:
    """The devkit on the same tables."""
    module = pytest.importorskip('nuscenes')
    # The devkit asks for the map's file, and counts the labels when there is a lidarseg table.
    (nuscenes_root / 'none.png').touch()
    folder = nuscenes_root / 'lidarseg' / 'v1.0-trainval'
    folder.mkdir(parents=True)
    for token in range(9):
        (folder / f'{token}.bin').touch()
    return module.NuScenes('v1.0-trainval', str(nuscenes_root), verbose=False)


def sensor2global(devkit: Any, token: str) -> np.ndarray:
    """The devkit's pose of a sensor at the time of a file."""
    from nuscenes.utils.geometry_utils import transform_matrix
    from pyquaternion import Quaternion
    row = devkit.get('sample_data', token)
    calib = devkit.get('calibrated_sensor', row['calibrated_sensor_token'])
    pose = devkit.get('ego_pose', row['ego_pose_token'])
    return (transform_matrix(pose['translation'], Quaternion(pose['rotation']))
            @ transform_matrix(calib['translation'], Quaternion(calib['rotation'])))


def test_splits_conditions_and_order(built: dict[str, list[dict[str, Any]]]) -> None:
    assert {split: len(items) for split, items in built.items()} == {'train': 3, 'val': 6}
    assert [item['condition'] for item in built['val']] == ['night'] * 3 + ['day-rain'] * 3
    assert [item['sample_idx'] for item in built['val']] == list(range(6))
    assert built['train'][0]['condition'] == 'day-clear'
    assert built['train'][2]['scene_name'] == built['train'][2]['scene_token'] == 'scene-0061'


def test_matrices_equal_the_devkit(built: dict[str, list[dict[str, Any]]], devkit: Any) -> None:
    for item in built['train'] + built['val']:
        sample = devkit.get('sample', item['token'])
        lidar = sensor2global(devkit, sample['data']['LIDAR_TOP'])
        ours = np.array(item['ego2global']) @ item['lidar_points']['lidar2ego']
        assert item['lidar_points']['sample_data_token'] == sample['data']['LIDAR_TOP']
        np.testing.assert_allclose(ours, lidar, atol=1e-8)
        assert set(item['images']) == {name for name in sample['data'] if 'CAM' in name}
        for camera, image in item['images'].items():
            expected = np.linalg.inv(sensor2global(devkit, sample['data'][camera])) @ lidar
            np.testing.assert_allclose(image['lidar2cam'], expected, atol=1e-8)
            assert image['sample_data_token'] == sample['data'][camera]
            assert (image['height'], image['width']) == (900, 1600)


def test_sweeps_equal_the_devkit(built: dict[str, list[dict[str, Any]]], devkit: Any) -> None:
    last = built['val'][2]
    assert [len(item['lidar_sweeps']) for item in built['val'][:3]] == [0, 2, 2]
    assert last['lidar_sweeps'][0]['lidar_points']['lidar_path'].startswith('sweeps/LIDAR_TOP')
    assert last['lidar_sweeps'][1]['lidar_points']['lidar_path'].startswith('samples/LIDAR_TOP')
    lidar = sensor2global(devkit, devkit.get('sample', last['token'])['data']['LIDAR_TOP'])
    following = [item['next_lidar_sweeps'] for item in built['val'][:3]]
    assert following[-1] == [] and len(following[0]) > 0
    for item in built['val'][:2]:
        before, after = item['lidar_sweeps'], item['next_lidar_sweeps']
        assert all(sweep['timestamp'] < item['timestamp'] for sweep in before)
        times = [sweep['timestamp'] for sweep in after]
        assert times == sorted(times) and times[0] > item['timestamp']
    for sweep in last['lidar_sweeps']:
        pose = sensor2global(devkit, sweep['sample_data_token'])
        np.testing.assert_allclose(
            sweep['lidar_points']['lidar2sensor'], np.linalg.inv(pose) @ lidar, atol=1e-8)
    sweep, = last['camera_sweeps']['CAM_BACK']
    assert sweep['img_path'].startswith('sweeps/CAM_BACK/')
    pose = sensor2global(devkit, sweep['sample_data_token'])
    np.testing.assert_allclose(sweep['lidar2cam'], np.linalg.inv(pose) @ lidar, atol=1e-8)


def test_boxes_equal_the_devkit(built: dict[str, list[dict[str, Any]]], devkit: Any) -> None:
    for item in built['train']:
        sample = devkit.get('sample', item['token'])
        lidar = sample['data']['LIDAR_TOP']
        boxes = devkit.get_sample_data(lidar)[1]
        rotation = np.linalg.inv(sensor2global(devkit, lidar))[:3, :3]
        assert len(boxes) == len(item['instances']) > 0
        for box, instance in zip(boxes, item['instances'], strict=True):
            width, length, height = box.wlh
            np.testing.assert_allclose(
                instance['bbox_3d'],
                [*box.center, length, width, height, box.orientation.yaw_pitch_roll[0]],
                atol=1e-7)
            velocity = devkit.box_velocity(box.token)
            np.testing.assert_allclose(
                instance['velocity'], (rotation @ [*velocity[:2], 0])[:2], atol=1e-7)
            assert instance['bbox_label_3d'] == (0 if box.name == 'vehicle.car' else -1)
            row = devkit.get('sample_annotation', box.token)
            assert instance['bbox_3d_isvalid'] == (row['num_lidar_pts'] > 0)


def test_paths_are_base_names(built: dict[str, list[dict[str, Any]]]) -> None:
    item = built['train'][0]
    assert item['lidar_points']['lidar_path'] == 'scene-0061-LIDAR_TOP-0.bin'
    assert item['images']['CAM_BACK']['img_path'] == 'scene-0061-CAM_BACK-0.bin'
    assert item['pts_semantic_mask_path'] == 'scene-0061-LIDAR_TOP-0_lidarseg.bin'
    assert 'pts_panoptic_mask_path' not in item


def test_counts_are_printed(nuscenes_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build_infos(nuscenes_root, nuscenes_root, exclude=('rain',))
    printed = capsys.readouterr().out
    assert 'scenes: day-clear 1, day-rain 0, night 1' in printed
    assert 'keyframes: day-clear 3, day-rain 0, night 3' in printed


@pytest.mark.parametrize('table,key,value,message', [
    ('calibrated_sensor', 'rotation', [1, 1, 0, 0],
     r'calibrated_sensor.json: token calib-LIDAR_TOP, key rotation = .*unit quaternion'),
    ('scene', 'name', 'my-scene', 'scene.json: none of its 3 scenes belongs'),
    ('sample_data', 'is_key_frame', False, 'has no LIDAR_TOP keyframe'),
    ('ego_pose', 'token', 'lost', 'ego_pose.json has no token pose-'),
])
def test_broken_tables_are_named(
    tmp_path: Path, tables: dict[str, list[dict[str, Any]]], table: str, key: str, value: Any,
    message: str,
) -> None:
    for row in tables[table]:
        row[key] = value
    write_tables(tmp_path / 'broken', tables)
    with pytest.raises((KeyError, ValueError), match=message):
        build_infos(tmp_path / 'broken', tmp_path / 'broken')


def test_broken_intrinsics_are_named(
    tmp_path: Path, tables: dict[str, list[dict[str, Any]]],
) -> None:
    tables['calibrated_sensor'][1]['camera_intrinsic'] = np.zeros((3, 3)).tolist()
    write_tables(tmp_path / 'broken', tables)
    with pytest.raises(ValueError, match='token calib-CAM_FRONT, key camera_intrinsic'):
        build_infos(tmp_path / 'broken', tmp_path / 'broken')


def test_mmdet3d_loads_minidrive(minidrive_tiny: Path) -> None:
    """Boxes, sweeps and labels pass mmdet3d's own datasets and loaders."""
    require('mmdet3d.datasets', extra='det3d')
    from mmdet3d.datasets import NuScenesDataset, Seg3DDataset
    from mmengine.registry import DefaultScope

    class LidarSeg(Seg3DDataset):
        """mmdet3d 1.4.0 ships no NuScenesSegDataset; its base reads the same keys."""

        METAINFO = dict(
            classes=CLASSES, palette=PALETTE, seg_valid_class_ids=tuple(range(16)),
            seg_all_class_ids=tuple(range(32)))

    load = dict(type='LoadPointsFromFile', coord_type='LIDAR', load_dim=5, use_dim=5)
    with DefaultScope.overwrite_default_scope('mmdet3d'):
        boxes = NuScenesDataset(
            data_root=str(minidrive_tiny), ann_file='nuscenes_infos_train.pkl',
            data_prefix=dict(pts='samples/LIDAR_TOP', sweeps='sweeps/LIDAR_TOP'),
            pipeline=[load, dict(type='LoadPointsFromMultiSweeps', sweeps_num=1),
                      dict(type='LoadAnnotations3D', with_bbox_3d=True, with_label_3d=True),
                      dict(type='Pack3DDetInputs',
                           keys=['points', 'gt_bboxes_3d', 'gt_labels_3d'])])
        segments = LidarSeg(
            data_root=str(minidrive_tiny), ann_file='nuscenes_infos_val.pkl',
            metainfo=dict(classes=CLASSES, palette=PALETTE),
            data_prefix=dict(pts='samples/LIDAR_TOP',
                             pts_semantic_mask='lidarseg/v1.0-trainval'),
            modality=dict(use_lidar=True, use_camera=False),
            pipeline=[load, dict(type='LoadAnnotations3D', with_bbox_3d=False,
                                 with_label_3d=False, with_seg_3d=True, seg_3d_dtype='np.uint8',
                                 seg_offset=256, dataset_type='nuscenes'),
                      dict(type='Pack3DDetInputs', keys=['points', 'pts_semantic_mask'])])
        detection, segmentation = boxes[0], segments[0]
    points = detection['inputs']['points']
    found = detection['data_samples'].gt_instances_3d
    filled = []
    for centre, size, yaw in zip(found.bboxes_3d.gravity_center, found.bboxes_3d.dims,
                                 found.bboxes_3d.yaw, strict=True):
        local = points[:, :3] - centre
        cos, sin = yaw.cos(), yaw.sin()
        along, across = local[:, 0] * cos + local[:, 1] * sin, local[:, 1] * cos - local[:, 0] * sin
        local = torch.stack([along, across, local[:, 2]], dim=1).abs()
        filled.append(bool((local < size / 2 + 0.05).all(dim=1).any()))
    assert len(filled) > 3
    # The loader keeps boxes with points; they stand where the points are, not shifted or turned.
    assert np.mean(filled) > 0.9
    mask = segmentation['data_samples'].gt_pts_seg.pts_semantic_mask
    assert len(mask) == len(segmentation['inputs']['points']) and mask.max() < 32
