"""KITTI's metric from predictions in the LiDAR frame to the official files."""
from __future__ import annotations

import math
import pickle
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.kitti_boxes import boxes_in_lidar
from mmcrossdistill.datasets.kitti_labels import read_objects
from mmcrossdistill.evaluation.metrics import KittiMetric
from mmcrossdistill.preprocessing.kitti_infos import build_infos
from mmcrossdistill.testing.tiny_kitti import make_tiny_kitti

CLASSES = ['Pedestrian', 'Cyclist', 'Car']


@pytest.fixture(scope='module')
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty frames with a car each, half of them with a pedestrian."""
    root = make_tiny_kitti(tmp_path_factory.mktemp('kitti') / 'tiny', frames=61)
    build_infos(root / 'training', root, root / 'ImageSets', with_boxes=True)
    return root


def build(root: Path, **kwargs) -> KittiMetric:
    """The metric."""
    metric = KittiMetric(str(root / 'kitti_infos_val.pkl'), **kwargs)
    metric.dataset_meta = dict(classes=CLASSES)
    return metric


def perfect(root: Path) -> list[dict]:
    """Predictions that are the labels, in the LiDAR frame."""
    samples = []
    rng = np.random.default_rng(0)
    for info in pickle.loads((root / 'kitti_infos_val.pkl').read_bytes())['data_list']:
        items = [item for item in info['instances'] if item['bbox_label'] >= 0]
        boxes = boxes_in_lidar(np.array([item['bbox_3d'] for item in items]).reshape(-1, 7),
                               np.array(info['images']['CAM2']['lidar2cam']))
        samples.append(dict(
            lidar_path=f'somewhere/{info["lidar_points"]["lidar_path"]}',
            pred_instances_3d=dict(
                bboxes_3d=SimpleNamespace(tensor=torch.from_numpy(boxes)),
                scores_3d=torch.from_numpy(rng.uniform(0.3, 1, len(items))),
                labels_3d=torch.tensor([item['bbox_label_3d'] for item in items]))))
    return samples


def test_perfect_predictions(root: Path) -> None:
    metric = build(root)
    metric.process(None, perfect(root))
    results = metric.evaluate(61)
    assert results['kitti/Car_3d_easy'] == results['kitti/Car_bev_hard'] == 100
    # The labels' angles have two digits.
    assert results['kitti/Car_aos_moderate'] == pytest.approx(
        results['kitti/Car_bbox_moderate'], abs=1e-2)
    # 30 pedestrians reach 30 of the 40 recalls.
    assert 70 <= results['kitti/Pedestrian_3d_moderate'] <= 75
    assert math.isnan(results['kitti/Cyclist_3d_moderate'])
    assert results['kitti/mean_3d_moderate'] == pytest.approx(
        (100 + results['kitti/Pedestrian_3d_moderate']) / 2)


def test_worse_predictions_are_worse(root: Path) -> None:
    samples = perfect(root)
    for sample in samples:
        # 70 % of the length is left, less of the volume of both.
        sample['pred_instances_3d']['bboxes_3d'].tensor[:, 0] += 1.2
    metric = build(root, kinds=['3d', 'bev'], recall_positions=11)
    metric.process(None, samples)
    results = metric.evaluate(61)
    assert results['kitti/Car_3d_easy'] < 10
    assert not any('bbox' in key or 'aos' in key for key in results)


def test_files_for_the_official_evaluator(root: Path, tmp_path: Path) -> None:
    metric = build(root, output_dir=str(tmp_path / 'data'))
    samples = perfect(root)
    metric.process(None, samples[:2])
    metric.process(None, samples[60:])
    metric.evaluate(3)
    assert sorted(path.name for path in (tmp_path / 'data').iterdir()) == [
        '000000.txt', '000001.txt', '000060.txt']
    assert not (tmp_path / 'data' / '000060.txt').read_text()
    written = read_objects(tmp_path / 'data' / '000001.txt')
    label = read_objects(root / 'training' / 'label_2' / '000001.txt')
    label = label[label.name != 'DontCare']
    assert written.name.tolist() == label.name.tolist()
    np.testing.assert_allclose(written.location, label.location, atol=1e-3)
    np.testing.assert_allclose(written.size, label.size, atol=1e-3)
    np.testing.assert_allclose(written.rotation_y, label.rotation_y, atol=1e-3)
    np.testing.assert_allclose(written.alpha, label.alpha, atol=0.02)


def test_boxes_that_nobody_labelled_are_dropped(root: Path) -> None:
    sample = perfect(root)[0]
    boxes = sample['pred_instances_3d']['bboxes_3d'].tensor
    others = boxes.repeat(3, 1)
    others[:, 0] = torch.tensor([-12.0, 12.0, 1.5])
    others[:, 1] = torch.tensor([0.0, 60.0, 0.0])
    sample['pred_instances_3d'] = dict(
        bboxes_3d=SimpleNamespace(tensor=others), scores_3d=torch.ones(3),
        labels_3d=torch.full((3,), 2))
    metric = build(root)
    metric.process(None, [sample])
    # The last one reaches behind the camera and is cut at the borders of the image.
    detections = metric.results[0][1]
    assert len(detections) == 1
    left, top, right, bottom = detections.bbox[0]
    assert 0 <= left < right <= 1224 and 0 <= top < bottom <= 370


def test_bad_input_is_named(root: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"kinds \['4d'\]"):
        build(root, kinds=['4d'])
    with pytest.raises(ValueError, match='recall_positions=41'):
        build(root, recall_positions=41)
    sample = perfect(root)[0] | dict(lidar_path='x/999999.bin')
    with pytest.raises(KeyError, match="kitti_infos_val.pkl has no frame '999999'"):
        build(root).process(None, [sample])
    build_infos(root / 'training', tmp_path, root / 'ImageSets')
    with pytest.raises(KeyError, match='label_2/'):
        build(tmp_path).process(None, perfect(root))
