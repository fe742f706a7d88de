"""KITTI's boxes in the infos, and the objects cut out."""
from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from mmcrossdistill.datasets.kitti_boxes import rows_in_boxes
from mmcrossdistill.datasets.kitti_labels import KITTI_CLASSES, KittiObjects, read_objects
from mmcrossdistill.preprocessing.kitti_detection import difficulty_of
from mmcrossdistill.preprocessing.kitti_infos import build_infos
from mmcrossdistill.testing.tiny_kitti import make_tiny_kitti


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tiny data set with infos."""
    root = make_tiny_kitti(tmp_path / 'kitti')
    build_infos(root / 'training', root, root / 'ImageSets', with_boxes=True)
    return root


def test_instances(root: Path) -> None:
    content = pickle.loads((root / 'kitti_infos_train.pkl').read_bytes())
    assert content['metainfo']['categories']['Cyclist'] == 1
    assert content['metainfo']['categories']['DontCare'] == -1
    items = content['data_list']
    assert [len(item['instances']) for item in items] == [2, 3, 2, 1]
    region, car, person = items[1]['instances']
    assert (region['bbox_label'], region['index'], region['difficulty']) == (-1, -1, -1)
    assert (car['bbox_label'], person['bbox_label']) == (2, 0)
    assert (car['index'], person['index']) == (0, 1)
    # All points of the object, and of the ground those below its rim.
    assert 250 <= car['num_lidar_pts'] <= 300 and car['difficulty'] == 0
    label = read_objects(root / 'training' / 'label_2' / '000001.txt')
    offset = np.array(items[1]['images']['CAM2']['ref2cam'])[:3, 3]
    np.testing.assert_allclose(car['bbox_3d'][:3], label.location[1] + offset)
    assert 0.04 < np.linalg.norm(offset) < 0.08
    projected = np.array(items[1]['images']['CAM2']['cam2img']) @ car['bbox_3d'][:3]
    np.testing.assert_allclose(car['center_2d'], projected[:2] / projected[2])


def test_objects_are_cut_out_of_the_cloud(root: Path) -> None:
    database = pickle.loads((root / 'kitti_dbinfos_train.pkl').read_bytes())
    assert set(database) == set(KITTI_CLASSES)
    assert {name: len(items) for name, items in database.items() if items} == {
        'Car': 3, 'Pedestrian': 1}
    item = database['Pedestrian'][0]
    points = np.fromfile(root / item['path'], np.float32).reshape(-1, 4)
    cloud = np.fromfile(root / 'training' / 'velodyne' / '000001.bin', np.float32).reshape(-1, 4)
    assert item['image_idx'] == '000001' and len(points) == item['num_points_in_gt'] >= 250
    moved = points[:, :3] + item['box3d_lidar'][:3]
    assert np.abs(moved[:, None] - cloud[:, :3]).max(axis=2).min(axis=1).max() < 1e-4
    assert rows_in_boxes(
        points, np.array([[0, 0, 0, *item['box3d_lidar'][3:]]]))[0].size == len(points)


def test_difficulties() -> None:
    rows = np.zeros((5, 15))
    rows[:, 6] = [41, 40, 25.5, 26, 25]  # height
    rows[:, 0] = [0.15, 0.0, 0.3, 0.5, 0.0]
    rows[:, 1] = [0, 0, 1, 2, 0]
    assert difficulty_of(KittiObjects.from_rows(['Car'] * 5, rows)).tolist() == [0, 1, 1, 2, -1]


def test_missing_labels_are_named(root: Path) -> None:
    (root / 'training' / 'label_2' / '000002.txt').unlink()
    with pytest.raises(FileNotFoundError, match='000002.txt.*label_2/'):
        build_infos(root / 'training', root, with_boxes=True)
