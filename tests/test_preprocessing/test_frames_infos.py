"""Tests of the infos of single frames."""
from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.preprocessing.frames_infos import build_infos


def make_frame() -> dict[str, Any]:
    """The least that a frame needs."""
    eye = np.eye(4).tolist()
    return dict(
        scene='s', sample_token='t', condition='Night, rain', lidar=dict(file='a.bin', num_feats=4),
        cameras=dict(CAM=dict(file='a.jpg', height=9, width=16, lidar2cam=eye,
                              cam2img=[[9.0, 0, 8], [0, 9, 4], [0, 0, 1]])))


def write_frame(root: Path, frame: dict[str, Any]) -> Path:
    """Write one frame."""
    (root / 'one').mkdir()
    (root / 'one' / 'frame.json').write_text(json.dumps(frame))
    return root


def test_a_minimal_frame(tmp_path: Path) -> None:
    path = build_infos(write_frame(tmp_path, make_frame()), tmp_path / 'out')
    item, = pickle.loads(path.read_bytes())['data_list']
    assert item['condition'] == 'night' and item['scene_name'] == 's'
    assert item['lidar_points']['lidar_path'] == 'one/a.bin'
    assert item['images']['CAM']['img_path'] == 'one/a.jpg'
    assert item['ego2global'] == np.eye(4).tolist() and item['timestamp'] == 0


def test_poses_and_boxes_are_taken_over(tmp_path: Path) -> None:
    frame = make_frame()
    pose = np.eye(4)
    pose[:3, 3] = (1, 2, 3)
    frame['lidar'] |= dict(lidar2global=pose.tolist(), timestamp_us=2_000_000)
    frame['boxes'] = [dict(name='car', center=[1, 2, 3], lwh=[4, 2, 1], yaw=0.5, num_lidar_pts=3)]
    frame['sweeps'] = [dict(file='b.bin', timestamp_us=0, lidar2global=pose.tolist(),
                            sweep2key=pose.tolist())]
    path = build_infos(write_frame(tmp_path, frame), tmp_path)
    item, = pickle.loads(path.read_bytes())['data_list']
    assert item['timestamp'] == 2.0 and item['ego2global'] == pose.tolist()
    assert item['instances'][0]['bbox_3d'] == [1, 2, 3, 4, 2, 1, 0.5]
    lidar2sensor = np.array(item['lidar_sweeps'][0]['lidar_points']['lidar2sensor'])
    assert lidar2sensor[:3, 3].tolist() == [-1, -2, -3]


@pytest.mark.parametrize('change,error,message', [
    (lambda frame: frame.pop('scene'), KeyError, r"one/frame.json lacks the key 'scene'"),
    (lambda frame: frame['cameras']['CAM'].update(lidar2cam=np.diag([2.0, 1, 1, 1]).tolist()),
     ValueError, 'key cameras.CAM.lidar2cam is not a rotation'),
    (lambda frame: frame['cameras']['CAM'].update(cam2img=np.zeros((3, 3)).tolist()),
     ValueError, 'key cameras.CAM.cam2img'),
])
def test_broken_frames_are_named(tmp_path: Path, change: Any, error: type[Exception],
                                 message: str) -> None:
    frame = make_frame()
    change(frame)
    with pytest.raises(error, match=message):
        build_infos(write_frame(tmp_path, frame), tmp_path)


def test_wrong_root(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='no sub-folder with a frame.json'):
        build_infos(tmp_path, tmp_path)
    (tmp_path / 'one').mkdir()
    (tmp_path / 'one' / 'frame.json').write_text('{')
    with pytest.raises(ValueError, match='not valid json'):
        build_infos(tmp_path, tmp_path)


@pytest.mark.real_data
def test_real_boxes_are_full_of_points_and_seen_by_cameras(real_data: Path, tmp_path: Path) -> None:
    """Boxes, points and pixels agree: the points of a box project to near the box's centre."""
    path = build_infos(real_data / 'nuscenes', tmp_path)
    dataset = PairedImageLidarDataset(
        str(path), str(real_data / 'nuscenes'), data_prefix=dict(pts='', img=''),
        pipeline=[dict(type='LoadPoints'), dict(type='SelectViews'), dict(type='LoadImages'),
                  dict(type='CorrespondencePipeline', keep_visible_points=False)])
    assert len(dataset) == 2
    raw = pickle.loads(path.read_bytes())['data_list']
    checked = 0
    for results, item in zip(dataset, raw, strict=True):
        corr = results['corr']
        assert len(corr) > 10_000
        corr.validate(len(results['points']), 6, (900, 1600))
        for instance in item['instances']:
            x, y, z, length, width, height, yaw = instance['bbox_3d']
            local = results['points'][:, :3] - (x, y, z)
            turn = np.array([[np.cos(yaw), np.sin(yaw)], [-np.sin(yaw), np.cos(yaw)]])
            local[:, :2] = local[:, :2] @ turn.T
            inside = (np.abs(local) <= np.array([length, width, height]) / 2 + 0.05).all(axis=1)
            if instance['num_lidar_pts'] < 20:
                continue
            assert inside.sum() > 0.7 * instance['num_lidar_pts']
            pairs = corr.select(torch.from_numpy(inside)[corr.point_idx])
            for view in pairs.view_idx.unique().tolist():
                centre = results['view_lidar2cam'][view] @ (x, y, z, 1)
                if centre[2] < 3:
                    continue
                uv = results['view_cam2img'][view] @ centre[:3] / centre[2]
                reach = 1300 * max(length, width, height) / centre[2]
                own = pairs.pixel_uv[pairs.view_idx == view].numpy()
                assert np.linalg.norm(own - uv[:2], axis=1).max() < reach
                checked += 1
    assert checked >= 5
