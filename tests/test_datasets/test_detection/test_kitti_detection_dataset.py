"""KITTI's frames, their fractions, and what is pasted into them."""
from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.detection import (
    CropPointsToImage,
    KittiDetectionDataset,
    PasteObjects,
)
from mmcrossdistill.datasets.kitti_boxes import rows_in_boxes
from mmcrossdistill.models.layers.box_ops import rotated_overlap

CLASSES = ['Pedestrian', 'Cyclist', 'Car']
LOAD = [
    dict(type='mmdet3d.LoadPointsFromFile', coord_type='LIDAR', load_dim=4, use_dim=4),
    dict(type='mmcrossdistill.CropPointsToImage')]
BOXES = dict(type='mmdet3d.LoadAnnotations3D', with_bbox_3d=True, with_label_3d=True)
PACK = dict(type='mmdet3d.Pack3DDetInputs', keys=['points', 'gt_bboxes_3d', 'gt_labels_3d'])


def paste(root: Path, **kwargs: Any) -> dict[str, Any]:
    """Config of the transform."""
    return dict(
        type='mmcrossdistill.PasteObjects', info_path=str(root / 'kitti_dbinfos_train.pkl'),
        data_root=str(root), classes=CLASSES) | dict(
            counts=dict(Car=3, Cyclist=2, Pedestrian=2), min_points=dict(Car=5)) | kwargs


def build(root: Path, *middle: dict, **kwargs: Any) -> KittiDetectionDataset:
    """The training set."""
    return KittiDetectionDataset(**dict(
        data_root=str(root), ann_file='kitti_infos_train.pkl',
        data_prefix=dict(pts='training/velodyne'), metainfo=dict(classes=CLASSES),
        pipeline=[*LOAD, BOXES, *middle, PACK]) | kwargs)


def test_boxes_stand_around_their_points(tiny_kitti: Path) -> None:
    sample = build(tiny_kitti)[1]
    boxes = sample['data_samples'].gt_instances_3d.bboxes_3d.tensor.numpy()
    assert sample['data_samples'].gt_instances_3d.labels_3d.tolist() == [2, 0]
    points = sample['inputs']['points'].numpy()
    assert all(250 <= len(rows) <= 320 for rows in rows_in_boxes(points, boxes))


def test_a_fraction_uses_its_own_frames_alone(tiny_kitti: Path) -> None:
    dataset = build(tiny_kitti, paste(tiny_kitti), fraction=0.5)
    assert [dataset.get_data_info(index)['token'] for index in range(len(dataset))] == [
        '000000', '000002', '000004']
    pools = dataset.pipeline.transforms[3].pools
    assert {name: sorted(item['image_idx'] for item in pool) for name, pool in pools.items()} == {
        'Car': ['000000', '000002', '000004'], 'Cyclist': [], 'Pedestrian': []}
    whole = build(tiny_kitti, paste(tiny_kitti)).pipeline.transforms[3].pools
    assert len(whole['Car']) == 5 and len(whole['Pedestrian']) == 2


def test_frames_without_boxes_are_passed_over_in_training_alone(tiny_kitti: Path) -> None:
    dataset = build(tiny_kitti)
    assert len(dataset) == 6
    assert len(dataset[5]['data_samples'].gt_instances_3d) > 0
    tested = build(tiny_kitti, test_mode=True, pipeline=[
        *LOAD, dict(type='mmdet3d.Pack3DDetInputs', keys=['points'])])
    assert tested[5]['data_samples'].lidar_path.endswith('000005.bin')
    assert len(tested[5]['data_samples'].eval_ann_info['gt_labels_3d']) == 0


def test_nothing_to_learn_from_is_an_error(tiny_kitti: Path, tmp_path: Path) -> None:
    content = pickle.loads((tiny_kitti / 'kitti_infos_train.pkl').read_bytes())
    for item in content['data_list']:
        item['instances'] = []
    (tmp_path / 'none.pkl').write_bytes(pickle.dumps(content))
    with pytest.raises(ValueError, match=r'none.pkl: none of 6 frames has a box of .*--boxes'):
        build(tiny_kitti, ann_file=str(tmp_path / 'none.pkl'))
    with pytest.raises(ValueError, match='fraction=2'):
        build(tiny_kitti, fraction=2)


def test_pasted_objects_bring_their_points(tiny_kitti: Path) -> None:
    plain, full = build(tiny_kitti), build(tiny_kitti, paste(tiny_kitti))
    added = 0
    for index in range(5):
        before, after = (dataset[index]['data_samples'].gt_instances_3d
                         for dataset in (plain, full))
        boxes = after.bboxes_3d.tensor
        assert torch.equal(boxes[:len(before)], before.bboxes_3d.tensor)
        assert after.labels_3d.dtype == torch.int64
        counts = torch.bincount(after.labels_3d, minlength=3).tolist()
        assert counts[0] <= 2 and counts[1] == 0 and counts[2] <= 3
        shared = rotated_overlap(boxes[:, [0, 1, 3, 4, 6]], boxes[:, [0, 1, 3, 4, 6]])
        assert shared.fill_diagonal_(0).max() == 0
        added += len(after) - len(before)
    assert added >= 4


def test_points_of_the_frame_make_room(tiny_kitti: Path) -> None:
    """Each pasted box holds exactly the points that were cut out with it."""
    dataset = build(tiny_kitti)
    results = dict(dataset.get_data_info(5))
    results['box_type_3d'], results['box_mode_3d'] = dataset.box_type_3d, dataset.box_mode_3d
    for transform in dataset.pipeline.transforms[:3]:
        results = transform(results)
    transform = PasteObjects(**{key: value for key, value in paste(tiny_kitti).items()
                                if key != 'type'})
    pool = {tuple(item['box3d_lidar'].tolist()): item['num_points_in_gt']
            for name in ('Car', 'Pedestrian') for item in transform.pools[name]}
    results = transform(results)
    boxes = results['gt_bboxes_3d'].tensor.numpy()
    assert len(boxes) >= 2
    for box, rows in zip(boxes, rows_in_boxes(results['points'].tensor.numpy(), boxes),
                         strict=True):
        # A point on a face may fall to either side.
        assert abs(len(rows) - pool[tuple(box.tolist())]) <= 2


def test_wrong_settings_of_pasting(tiny_kitti: Path, tmp_path: Path) -> None:
    arguments = {key: value for key, value in paste(tiny_kitti).items() if key != 'type'}
    with pytest.raises(ValueError, match=r"\['Van'\] are not of"):
        PasteObjects(**arguments | dict(counts=dict(Van=2)))
    with pytest.raises(FileNotFoundError, match='--boxes'):
        PasteObjects(**arguments | dict(info_path=str(tmp_path / 'none.pkl')))


def test_points_outside_the_image_are_dropped(tiny_kitti: Path) -> None:
    dataset = build(tiny_kitti)
    results = dict(dataset.get_data_info(0))
    points = dataset.pipeline.transforms[0](results)['points']
    # Behind the camera, and far to the left.
    points.tensor[:2, :3] = torch.tensor([[-5.0, 0.0, 0.0], [2.0, 30.0, 0.0]])
    cropped = CropPointsToImage()(dict(results, points=points))['points']
    image = results['images']['CAM2']
    homogeneous = np.c_[points.tensor[:, :3].double().numpy(), np.ones(len(points))]
    pixels = homogeneous @ np.array(image['lidar2cam']).T[:, :3] @ np.array(image['cam2img']).T
    u, v = (pixels[:, :2] / pixels[:, 2:]).T
    seen = (pixels[:, 2] > 0) & (u >= 0) & (u < 1224) & (v >= 0) & (v < 370)
    assert torch.equal(cropped.tensor, points.tensor[torch.from_numpy(seen)])
    assert not seen[:2].any() and 600 < seen.sum() < len(points)


def test_an_empty_cloud_is_named(tiny_kitti: Path, tmp_path: Path) -> None:
    dataset = build(tiny_kitti)
    results = dict(dataset.get_data_info(3))
    for cloud in (np.zeros((0, 4), np.float32), np.full((5, 4), -9, np.float32)):
        cloud.tofile(tmp_path / '000003.bin')
        results['lidar_points'] = dict(lidar_path=str(tmp_path / '000003.bin'))
        with pytest.raises(ValueError, match='000003.bin: none of . points is in the image'):
            CropPointsToImage()(dataset.pipeline.transforms[0](results))
