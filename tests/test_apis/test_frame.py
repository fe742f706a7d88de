"""Frames in every form a user may give."""
from __future__ import annotations

import cv2
import numpy as np
import pytest

from mmcrossdistill.apis import read_frame
from mmcrossdistill.apis.frame import shrink_frame
from mmcrossdistill.datasets import PairedImageLidarDataset


def test_files_and_arrays_are_the_same_frame(tmp_path, two_views):
    image = two_views['imgs'][0]
    points = two_views['points'].astype(np.float32)
    cv2.imwrite(str(tmp_path / 'a.png'), image[..., ::-1])
    points.tofile(tmp_path / 'a.bin')
    calibration = dict(cam2img=two_views['cam2img'][0], lidar2cam=two_views['lidar2cam'][0])
    by_file = read_frame(dict(
        imgs=tmp_path / 'a.png', points=tmp_path / 'a.bin', num_pts_feats=5, **calibration))
    by_array = read_frame(dict(imgs=[image], points=points, **calibration))
    np.testing.assert_array_equal(by_file.imgs[0], by_array.imgs[0])
    np.testing.assert_array_equal(by_file.points, points[:, :4])
    np.testing.assert_array_equal(by_array.points, points[:, :4])
    assert by_array.lidar2cam.shape == (1, 4, 4) and by_array.view_names == ('view 0',)
    assert read_frame(by_array) is by_array


def test_an_image_alone_has_no_points_and_no_calibration(two_views):
    frame = read_frame(two_views['imgs'][1])
    assert len(frame.imgs) == 1 and frame.points.shape == (0, 4) and frame.cam2img is None


def test_a_data_sets_item_is_a_frame(minidrive_tiny):
    dataset = PairedImageLidarDataset('nuscenes_infos_val.pkl', str(minidrive_tiny), split='val')
    info = dataset.get_data_info(0)
    frame = read_frame(info)
    assert frame.view_names == tuple(info['images']) and len(frame.imgs) == 6
    assert len(frame.points) > 1000 and frame.cam2img.shape == (6, 3, 3)
    np.testing.assert_allclose(frame.lidar2cam[2], info['images'][frame.view_names[2]]['lidar2cam'])


@pytest.mark.parametrize('change, error, text', [
    (dict(calib=1), KeyError, 'calib'),
    (dict(imgs=np.zeros((4, 4), np.uint8)), ValueError, r'not \(H, W, 3\)'),
    (dict(imgs=np.zeros((4, 4, 3), np.float32)), ValueError, 'float32'),
    (dict(points=np.zeros((4, 3))), ValueError, r'not \(N, 4\+\)'),
    (dict(points=np.full((4, 4), np.nan)), ValueError, 'finite'),
    (dict(points='cloud.bin'), KeyError, 'num_pts_feats=5 for nuScenes'),
    (dict(points='cloud.bin', num_pts_feats=4), FileNotFoundError, 'cloud.bin'),
    (dict(cam2img=np.eye(3)), ValueError, r'\(2, 3, 3\)'),
    (dict(view_names=['front']), ValueError, '1 view_names for 2 images')])
def test_mistakes_are_named(two_views, change, error, text):
    with pytest.raises(error, match=text):
        read_frame(two_views | change)


def test_an_empty_frame_is_refused():
    with pytest.raises(ValueError, match='imgs or points'):
        read_frame({})


def test_small_images_see_the_same_points_at_scaled_pixels(two_views):
    frame = read_frame(two_views)
    small = shrink_frame(frame, 32)
    assert [image.shape for image in small.imgs] == [(16, 32, 3), (16, 32, 3)]
    point = np.array([3., 1, 2])
    for view, scale in enumerate((1 / 3, 1 / 4)):
        large, shrunk = frame.cam2img[view] @ point, small.cam2img[view] @ point
        np.testing.assert_allclose(shrunk[:2], large[:2] * scale)
    assert shrink_frame(frame, 500).imgs[0].shape == frame.imgs[0].shape
    assert shrink_frame(read_frame(two_views['imgs'][0]), 32).cam2img is None
