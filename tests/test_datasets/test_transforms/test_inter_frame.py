"""Tests of clouds between the keyframes."""
from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from mmengine.dataset import pseudo_collate

from mmcrossdistill.datasets.transforms import (
    CorrespondencePipeline,
    DropCuboids,
    FindNeighbors,
    ForEachCloud,
    LimitPoints,
    LoadImages,
    LoadInterFrameCloud,
    PackDistillInputs,
    RandomFlipImages,
    RandomFlipPoints,
    RandomRotateZ,
    ResizeImages,
    SelectViews,
    VoxelDownsample,
)
from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor
from mmcrossdistill.preprocessing.ppm.records import Record, record_path, write_records

EGO = np.array([[1, 0, 0, 2.0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])  # sweep to keyframe
OBJECT = np.array([[1, 0, 0, 0], [0, 1, 0, 1.5], [0, 0, 1, 0], [0, 0, 0, 1]])
EXACT = CorrespondencePipeline(border='inside', keep_visible_points=False)


def _at(x: float, points: np.ndarray) -> np.ndarray:
    return points[:, :3] + (x, 0, 0)


@pytest.fixture
def keyframe(sample: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """A keyframe with four sweeps; the world stands still and the ego drives two metres."""
    points = sample['points']
    for name, shift in (('a', -2.0), ('b', -2.0), ('late', -2.0), ('early', -2.0)):
        cloud = np.zeros((len(points), 5), np.float32)
        cloud[:, :3] = _at(shift, points)
        cloud[:, 3] = points[:, 3]
        cloud.tofile(tmp_path / f'{name}.bin')
    for name in ('k0', 'k1', 'n0', 'n1'):
        cv2.imwrite(str(tmp_path / f'{name}.png'), np.zeros((60, 96, 3), np.uint8))

    def frame(name: str, view: int, time: float) -> dict[str, Any]:
        return dict(img_path=str(tmp_path / f'{name}.png'), sample_data_token=name, timestamp=time,
                    cam2img=sample['view_cam2img'][view], lidar2cam=sample['view_lidar2cam'][view])

    sweeps = [dict(
        timestamp=10.0 + gap, sample_data_token=name, lidar_points=dict(
            lidar_path=str(tmp_path / f'{name}.bin'), lidar2sensor=np.linalg.inv(EGO).tolist()))
        for name, gap in (('early', -0.4), ('a', -0.1), ('b', 0.25), ('late', 0.3))]
    views = sample['view_names']
    return dict(
        token='key', timestamp=10.0, points=points, view_names=views,
        lidar_points=dict(num_pts_feats=5), lidar_sweeps=sweeps,
        images={view: frame(f'k{index}', index, 10.0) for index, view in enumerate(views)},
        camera_sweeps={view: [frame(f'n{index}', index, 9.9)]
                       for index, view in enumerate(views)})


def _load(keyframe: dict[str, Any], **options: Any) -> dict[str, Any]:
    results = SelectViews()(copy.deepcopy(keyframe))
    return LoadImages()(LoadInterFrameCloud(**options)(results))


def test_only_near_sweeps_are_drawn(keyframe: dict[str, Any]) -> None:
    drawn = {_load(keyframe, alignment='ego')['inter_frame']['sample_data_token']
             for _ in range(30)}
    assert drawn == {'a', 'b'}
    assert 'inter_frame' not in _load(keyframe, alignment='ego', max_gap=0.05)


def test_static_points_meet_the_same_pixels(keyframe: dict[str, Any]) -> None:
    results = _load(keyframe, alignment='ego')
    own = results['points'][:, :3] - (2, 0, 0)
    np.testing.assert_allclose(results['inter_frame']['points'][:, :3], own, atol=1e-5)
    results = ForEachCloud([EXACT])(results)
    corr = results['corr']
    count = len(keyframe['points'])
    assert results['cloud_sizes'] == (count, count) and len(results['points']) == 2 * count
    first, second = (corr.select(corr.cloud_idx == index) for index in (0, 1))
    assert len(first) == len(second) > 100
    torch.testing.assert_close(second.point_idx - count, first.point_idx)
    torch.testing.assert_close(second.pixel_uv, first.pixel_uv, atol=1e-3, rtol=0)


def test_records_move_and_drop_points(keyframe: dict[str, Any], tmp_path: Path) -> None:
    points = keyframe['points']
    cluster = np.zeros(len(points), np.uint16)
    cluster[:200], cluster[200:250] = 1, 2
    transforms = np.stack([OBJECT, np.full((4, 4), np.nan)]).astype(np.float32)
    record = Record(cluster, transforms)
    write_records(record_path(tmp_path, 'key'), {'a': record})
    results = _load(keyframe, alignment='ppm', record_folder=str(tmp_path))
    inter = results['inter_frame']
    assert inter['sample_data_token'] == 'a'
    expected = points[:, :3].copy()
    expected[:200, 1] += 1.5
    expected[200:250] = np.nan
    np.testing.assert_allclose(inter['aligned_xyz'], expected, atol=1e-4)
    corr = ForEachCloud([EXACT])(results)['corr']
    row = corr.point_idx[corr.cloud_idx == 1] - len(points)
    assert not ((row >= 200) & (row < 250)).any() and (row < 200).any() and (row >= 250).any()


def test_nearest_frames_are_views_of_the_sweep(keyframe: dict[str, Any]) -> None:
    keyframe['lidar_sweeps'] = keyframe['lidar_sweeps'][1:2]
    results = _load(keyframe, alignment='nearest')
    assert [Path(path).stem for path in results['img_paths']] == ['k0', 'k1', 'n0', 'n1']
    results = PackDistillInputs()(ForEachCloud([EXACT])(ResizeImages((30, 48))(results)))
    corr = results['data_samples'].corr
    assert results['inputs']['imgs'].shape[0] == 4
    assert set(corr.view_idx[corr.cloud_idx == 0].tolist()) == {0, 1}
    assert set(corr.view_idx[corr.cloud_idx == 1].tolist()) == {2, 3}
    keyframe['lidar_sweeps'][0]['timestamp'] = 10.2  # now the keyframe's own frames are nearest
    assert len(_load(keyframe, alignment='nearest')['imgs']) == 2
    keyframe['camera_sweeps'] = {}
    with pytest.raises(KeyError, match='--camera-sweeps'):
        _load(keyframe, alignment='nearest')


def test_augmented_clouds_keep_their_pixels(keyframe: dict[str, Any]) -> None:
    # The intensity names the point, so that pairs can be followed through all augmentations.
    points = keyframe['points']
    points[:, 3] = np.arange(len(points))
    for sweep in keyframe['lidar_sweeps']:
        path = Path(sweep['lidar_points']['lidar_path'])
        cloud = np.fromfile(path, np.float32).reshape(-1, 5)
        cloud[:, 3] = np.arange(len(points))
        cloud.tofile(path)
    plain = EXACT(dict(copy.deepcopy(_load(keyframe, alignment='ego'))))['corr']
    pixel = {(int(p), int(v)): uv for p, v, uv in zip(
        plain.point_idx, plain.view_idx, plain.pixel_uv, strict=True)}
    for before_pairs in (True, False):
        moves = [RandomRotateZ(), RandomFlipPoints(), VoxelDownsample(1.0), LimitPoints(300)]
        steps = [EXACT, *moves] if before_pairs else [*moves, EXACT]
        results = ForEachCloud([*steps, DropCuboids(min_pairs=1)])(_load(keyframe, alignment='ego'))
        corr = results['corr']
        assert set(corr.cloud_idx.tolist()) == {0, 1} and len(corr) > 100
        for row, view, uv in zip(corr.point_idx, corr.view_idx, corr.pixel_uv, strict=True):
            expected = pixel[int(results['points'][row, 3]), int(view)]
            torch.testing.assert_close(uv, expected, atol=0.02, rtol=0)
        ranges = np.linalg.norm(results['points'][:, :3], axis=1)
        names = results['points'][:, 3].astype(int)
        own = [points[names[:results['cloud_sizes'][0]], :3],
               points[names[results['cloud_sizes'][0]:], :3] - (2, 0, 0)]
        np.testing.assert_allclose(
            ranges, np.linalg.norm(np.concatenate(own), axis=1), rtol=1e-4)


@pytest.mark.parametrize('voxelizer', [None, dict(voxel_size=0.5)])
def test_batch_counts_clouds(keyframe: dict[str, Any], voxelizer: dict[str, Any] | None) -> None:
    both = ForEachCloud([EXACT, LimitPoints(200), FindNeighbors(3)])
    lonely = {**keyframe, 'lidar_sweeps': []}
    samples = []
    for item in (keyframe, lonely, keyframe):
        samples.append(PackDistillInputs()(RandomFlipImages()(both(_load(item, alignment='ego')))))
    assert [sample['data_samples'].cloud_sizes for sample in samples] == [
        (200, 200), (200,), (200, 200)]
    out = DistillDataPreprocessor(voxelizer=voxelizer)(pseudo_collate(samples))['inputs']
    points, corr = out['points'], out['corr']
    assert points.batch_size == 5 and points.batch_idx.bincount().tolist() == [200] * 5
    assert (points.batch_idx[points.neighbors] == points.batch_idx[:, None]).all()
    sample_of_cloud = torch.tensor([0, 0, 1, 2, 2])
    rows = out['voxels'].coords[:, 0] if voxelizer else points.batch_idx
    cloud = rows[corr.point_idx]
    torch.testing.assert_close(corr.view_idx // 2, sample_of_cloud[cloud])
    torch.testing.assert_close(corr.cloud_idx, torch.tensor([0, 1, 0, 0, 1])[cloud])
    assert corr.cloud_idx.bincount().min() > 50


def test_dropping_points_later_is_refused(keyframe: dict[str, Any]) -> None:
    results = ForEachCloud([EXACT])(_load(keyframe, alignment='ego'))
    for step in (LimitPoints(10), FindNeighbors(2)):
        with pytest.raises(ValueError, match='inside ForEachCloud'):
            step(results)


def test_errors(keyframe: dict[str, Any]) -> None:
    for options in (dict(alignment='other'), dict(alignment='ppm'),
                    dict(alignment='ego', record_folder='x')):
        with pytest.raises(ValueError, match='alignment'):
            LoadInterFrameCloud(**options)
    with pytest.raises(ValueError, match='before LoadImages'):
        LoadInterFrameCloud('ego')(LoadImages()(SelectViews()(copy.deepcopy(keyframe))))
    with pytest.raises(ValueError, match='CorrespondencePipeline'):
        ForEachCloud([RandomRotateZ()])(_load(keyframe, alignment='ego'))
    with pytest.raises(FileNotFoundError, match='ppm.py'):
        _load(keyframe, alignment='ppm', record_folder='nowhere')
    del keyframe['lidar_sweeps']
    with pytest.raises(KeyError, match='with_sweeps'):
        _load(keyframe, alignment='ego')
