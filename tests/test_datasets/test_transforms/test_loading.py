"""Tests of the loaders."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrossdistill.datasets.transforms import LoadImages, LoadPointLabels, LoadPoints


def write_cloud(path: Path, points: np.ndarray) -> dict:
    """Write a cloud and make its data dict."""
    points.astype(np.float32).tofile(path)
    return dict(lidar_points=dict(lidar_path=str(path), num_pts_feats=points.shape[1]))


@pytest.mark.parametrize('num_feats', [4, 5])
def test_points_keep_four_raw_columns(tmp_path: Path, num_feats: int) -> None:
    cloud = np.random.default_rng(0).uniform(0, 255, (7, num_feats)).astype(np.float32)
    points = LoadPoints()(write_cloud(tmp_path / 'a.bin', cloud))['points']
    assert np.array_equal(points, cloud[:, :4])
    assert points.dtype == np.float32 and points.flags.c_contiguous


def test_truncated_cloud(tmp_path: Path) -> None:
    results = write_cloud(tmp_path / 'a.bin', np.zeros((7, 5)))
    (tmp_path / 'a.bin').write_bytes((tmp_path / 'a.bin').read_bytes()[:-3])
    with pytest.raises(ValueError, match=r'a.bin has 137 bytes, not a positive multiple of 20'):
        LoadPoints()(results)


def test_empty_cloud(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='has 0 bytes'):
        LoadPoints()(write_cloud(tmp_path / 'a.bin', np.zeros((0, 5))))


@pytest.mark.parametrize('value', [np.nan, np.inf])
def test_nan_cloud(tmp_path: Path, value: float) -> None:
    cloud = np.zeros((7, 5))
    cloud[2:4, 1] = value
    with pytest.raises(ValueError, match='a.bin has 2 points that are NaN or infinite'):
        LoadPoints()(write_cloud(tmp_path / 'a.bin', cloud))


def test_missing_cloud(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='data_prefix.pts'):
        LoadPoints()(dict(lidar_points=dict(lidar_path=str(tmp_path / 'b'), num_pts_feats=5)))


def test_labels_are_mapped(tmp_path: Path) -> None:
    np.array([17, 0, 24, 31], np.uint8).tofile(tmp_path / 'a.bin')
    results = dict(points=np.zeros((4, 4)), pts_semantic_mask_path=str(tmp_path / 'a.bin'))
    labels = LoadPointLabels()(results)['point_labels']
    assert labels.tolist() == [3, 255, 10, 255] and labels.dtype == np.int64


@pytest.mark.parametrize('raw,label_map,message', [
    ([1, 2, 3], None, r'hold an array \(3,\), the cloud has 4 points'),
    ([1, 2, 3, 40], None, 'hold the category 40, label_map has 32'),
    ([0, 1, 2, 3], [0, 1], 'hold the category 3, label_map has 2'),
])
def test_labels_that_do_not_fit(tmp_path: Path, raw: list[int], label_map: list[int] | None,
                                message: str) -> None:
    np.array(raw, np.uint8).tofile(tmp_path / 'a.bin')
    results = dict(points=np.zeros((4, 4)), pts_semantic_mask_path=str(tmp_path / 'a.bin'))
    with pytest.raises(ValueError, match=message):
        LoadPointLabels(label_map)(results)


def test_semantickitti_labels_leave_their_instances_aside(tmp_path: Path) -> None:
    raw = np.array([252, 10, 0, 259, 81, 99], np.uint32) | (np.arange(6, dtype=np.uint32) << 16)
    raw.tofile(tmp_path / 'a.label')
    results = dict(points=np.zeros((6, 4)), pts_semantic_mask_path=str(tmp_path / 'a.label'))
    load = LoadPointLabels(label_format='semantickitti')
    assert load(results)['point_labels'].tolist() == [0, 0, 255, 4, 18, 255]
    with pytest.raises(ValueError, match="label_format='kitti' is not one of"):
        LoadPointLabels(label_format='kitti')


def test_missing_labels(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match='install lidarseg'):
        LoadPointLabels()(dict(points=np.zeros((4, 4)), token='t'))
    with pytest.raises(FileNotFoundError, match='pts_semantic_mask'):
        LoadPointLabels()(dict(points=np.zeros((4, 4)), pts_semantic_mask_path='nowhere'))


def test_images_are_rgb(tmp_path: Path) -> None:
    rgb = np.zeros((4, 6, 3), np.uint8)
    rgb[..., 0] = 200
    cv2.imwrite(str(tmp_path / 'a.png'), rgb[..., ::-1])
    results = LoadImages()(dict(
        view_names=['CAM'], images=dict(CAM=dict(img_path=str(tmp_path / 'a.png')))))
    assert np.array_equal(results['imgs'][0], rgb)
    assert results['ori_shape'] == (4, 6)
    assert results['img_paths'] == [str(tmp_path / 'a.png')]


def test_broken_images(tmp_path: Path) -> None:
    results = dict(view_names=['CAM'], images=dict(CAM=dict(img_path=str(tmp_path / 'a.jpg'))))
    with pytest.raises(FileNotFoundError, match=r'images.CAM.img_path.*data_prefix.CAM'):
        LoadImages()(results)
    (tmp_path / 'a.jpg').write_bytes(b'no image')
    with pytest.raises(ValueError, match='cannot be decoded'):
        LoadImages()(results)
