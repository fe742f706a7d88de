"""The unmodified nuscenes-devkit opens, renders and evaluates the tiny data set."""
from __future__ import annotations

import json
import os
from pathlib import Path

import matplotlib
import numpy as np
import pytest

from mmcrossdistill.simulation.sensors import CAMERAS

matplotlib.use('Agg')
VERSION = 'v1.0-trainval'


@pytest.fixture(scope='module')
def nusc(minidrive_tiny: Path):
    """The devkit's view of the data set."""
    from nuscenes import NuScenes
    return NuScenes(VERSION, str(minidrive_tiny), verbose=False)


def samples_of(nusc, split: str) -> list[dict]:
    """Samples of an official split that are present."""
    from nuscenes.utils.splits import create_splits_scenes
    names = create_splits_scenes()[split]
    tokens = {scene['token'] for scene in nusc.scene if scene['name'] in names}
    return [sample for sample in nusc.sample if sample['scene_token'] in tokens]


def test_tables_are_complete(nusc) -> None:
    assert {scene['name'] for scene in nusc.scene} == {
        name for names in json.loads((Path(nusc.dataroot) / 'splits.json').read_text()).values()
        for name in names}
    for sample in nusc.sample:
        assert set(sample['data']) == {'LIDAR_TOP', *(mount.channel for mount in CAMERAS)}
        for token in sample['data'].values():
            path, _, _ = nusc.get_sample_data(token)
            assert os.path.getsize(path) > 0
    for scene in nusc.scene:
        token, count = scene['first_sample_token'], 0
        while token:
            count, last, token = count + 1, token, nusc.get('sample', token)['next']
        assert count == scene['nbr_samples'] and last == scene['last_sample_token']


def test_descriptions_name_the_conditions(nusc) -> None:
    text = [scene['description'].lower() for scene in nusc.scene]
    assert any('rain' in t for t in text) and any('night' in t for t in text)
    assert any('rain' not in t and 'night' not in t for t in text)
    assert not any('rain' in t and 'night' in t for t in text)


def test_annotations_are_chained_and_carry_velocities(nusc) -> None:
    speeds = {}
    for box in nusc.sample_annotation:
        if box['next']:
            after = nusc.get('sample_annotation', box['next'])
            assert after['prev'] == box['token']
            assert after['instance_token'] == box['instance_token']
        attributes = [nusc.get('attribute', token)['name'] for token in box['attribute_tokens']]
        velocity = nusc.box_velocity(box['token'])
        if attributes and np.isfinite(velocity).all():
            speeds.setdefault(attributes[0], []).append(np.linalg.norm(velocity))
    assert max(speeds['vehicle.parked']) < 1e-6
    assert np.median(speeds['vehicle.moving']) > 1.0 and max(speeds['vehicle.moving']) < 25
    assert max(speeds['pedestrian.moving']) < 2.5
    for instance in nusc.instance[:50]:
        assert nusc.get('sample_annotation', instance['first_annotation_token'])['prev'] == ''


def test_point_counts_are_right(nusc) -> None:
    from nuscenes.utils.data_classes import LidarPointCloud
    from nuscenes.utils.geometry_utils import points_in_box
    sample = nusc.sample[0]
    path, boxes, _ = nusc.get_sample_data(sample['data']['LIDAR_TOP'])
    points = LidarPointCloud.from_file(path).points[:3]
    counts = [(points_in_box(box, points).sum(),
               nusc.get('sample_annotation', box.token)['num_lidar_pts']) for box in boxes]
    difference = np.array([a - b for a, b in counts])
    assert np.abs(difference).max() <= 1 and sum(b for _, b in counts) > 100


def test_projected_points_meet_their_boxes(nusc) -> None:
    """Camera and LiDAR agree across their own ego poses: points of a box fall into its image."""
    from nuscenes.utils.data_classes import LidarPointCloud
    from nuscenes.utils.geometry_utils import points_in_box, view_points
    checked = 0
    for sample in nusc.sample[:4]:
        path, lidar_boxes, _ = nusc.get_sample_data(sample['data']['LIDAR_TOP'])
        cloud = LidarPointCloud.from_file(path)
        by_token = {box.token: box for box in lidar_boxes}
        _, boxes, intrinsic = nusc.get_sample_data(sample['data']['CAM_FRONT'])
        points, _ = nusc.explorer.map_pointcloud_to_image(
            sample['data']['LIDAR_TOP'], sample['data']['CAM_FRONT'])[:2]
        for box in boxes:
            if not points_in_box(by_token[box.token], cloud.points[:3]).sum() > 5:
                continue
            corners = view_points(box.corners(), intrinsic, normalize=True)[:2]
            inside = ((points[:2] >= corners.min(axis=1, keepdims=True) - 1)
                      & (points[:2] <= corners.max(axis=1, keepdims=True) + 1)).all(axis=0)
            assert inside.sum() > 0
            checked += 1
    assert checked > 5


def test_it_renders(nusc, tmp_path: Path) -> None:
    import matplotlib.pyplot as plt
    sample = nusc.sample[0]
    nusc.render_sample(sample['token'], out_path=str(tmp_path / 'sample.png'), verbose=False)
    nusc.render_pointcloud_in_image(sample['token'], camera_channel='CAM_FRONT', verbose=False,
                                    show_lidarseg=True, out_path=str(tmp_path / 'points.png'))
    plt.close('all')
    assert (tmp_path / 'sample.png').stat().st_size > 20_000
    assert (tmp_path / 'points.png').stat().st_size > 10_000


def test_lidarseg_evaluation_of_the_truth_is_perfect(nusc, tmp_path: Path) -> None:
    from nuscenes.eval.lidarseg.evaluate import LidarSegEval
    from nuscenes.eval.lidarseg.utils import LidarsegClassMapper
    mapper, folder = LidarsegClassMapper(nusc), tmp_path / 'lidarseg/mini_val'
    folder.mkdir(parents=True)
    for sample in samples_of(nusc, 'mini_val'):
        token = sample['data']['LIDAR_TOP']
        raw = np.fromfile(Path(nusc.dataroot) / nusc.get('lidarseg', token)['filename'], np.uint8)
        path, _, _ = nusc.get_sample_data(token)
        assert len(raw) * 20 == os.path.getsize(path)
        # The evaluator refuses 0 as a prediction; ignored points may be called anything.
        mapper.convert_label(raw).clip(1).astype(np.uint8).tofile(folder / f'{token}_lidarseg.bin')
    result = LidarSegEval(nusc, str(tmp_path), 'mini_val').evaluate()
    present = [iou for name, iou in result['iou_per_class'].items() if np.isfinite(iou) and iou > 0]
    assert result['freq_weighted_iou'] > 0.999
    assert len(present) >= 13 and min(present) > 0.999


def test_all_sixteen_classes_occur(nusc) -> None:
    from nuscenes.eval.lidarseg.utils import LidarsegClassMapper
    mapper, seen = LidarsegClassMapper(nusc), np.zeros(17, int)
    for row in nusc.lidarseg:
        raw = np.fromfile(Path(nusc.dataroot) / row['filename'], np.uint8)
        seen += np.bincount(mapper.convert_label(raw), minlength=17)
    assert (seen[1:] > 20).all(), seen


def test_panoptic_evaluation_of_the_truth_is_perfect(nusc, tmp_path: Path) -> None:
    from nuscenes.eval.panoptic.evaluate import NuScenesPanopticEval
    from nuscenes.eval.panoptic.utils import PanopticClassMapper
    mapper, folder = PanopticClassMapper(nusc), tmp_path / 'panoptic/mini_val'
    folder.mkdir(parents=True)
    for sample in samples_of(nusc, 'mini_val'):
        token = sample['data']['LIDAR_TOP']
        data = np.load(Path(nusc.dataroot) / nusc.get('panoptic', token)['filename'])['data']
        assert data.dtype == np.uint16
        np.testing.assert_array_equal(
            data // 1000,
            np.fromfile(Path(nusc.dataroot) / nusc.get('lidarseg', token)['filename'], np.uint8))
        label = mapper.convert_label(data // 1000).astype(np.uint16) * 1000 + data % 1000
        np.savez_compressed(folder / f'{token}_panoptic.npz', data=label)
    evaluation = NuScenesPanopticEval(nusc, str(tmp_path), 'mini_val', 'segmentation', 15,
                                      str(tmp_path))
    evaluation.evaluate()
    result = json.loads((tmp_path / 'segmentation-result.json').read_text())['segmentation']
    quality = {name: row['PQ'] for name, row in result.items() if name not in ('all', 'ignore')}
    assert quality['car'] == pytest.approx(1) and quality['driveable_surface'] == pytest.approx(1)
    assert all(value == pytest.approx(1) for value in quality.values() if value > 0)


def test_detection_evaluation_of_the_truth_is_perfect(nusc, tmp_path: Path) -> None:
    from nuscenes.eval.detection.config import config_factory
    from nuscenes.eval.detection.constants import DETECTION_NAMES
    from nuscenes.eval.detection.evaluate import DetectionEval
    from nuscenes.eval.detection.utils import category_to_detection_name
    results, present = {}, set()
    for sample in samples_of(nusc, 'val'):
        boxes = []
        for token in sample['anns']:
            row = nusc.get('sample_annotation', token)
            if not row['num_lidar_pts']:
                continue  # the evaluation drops these from the truth, not from the results
            name = category_to_detection_name(row['category_name'])
            velocity = nusc.box_velocity(token)[:2]
            attributes = [nusc.get('attribute', t)['name'] for t in row['attribute_tokens']]
            boxes.append({
                'sample_token': sample['token'], 'translation': row['translation'],
                'size': row['size'], 'rotation': row['rotation'],
                'velocity': np.nan_to_num(velocity).tolist(), 'detection_name': name,
                'detection_score': 1.0, 'attribute_name': attributes[0] if attributes else ''})
            present.add(name)
        results[sample['token']] = boxes
    meta = dict.fromkeys(('use_camera', 'use_lidar', 'use_radar', 'use_map', 'use_external'), False)
    (tmp_path / 'result.json').write_text(json.dumps({'meta': meta, 'results': results}))
    evaluation = DetectionEval(nusc, config_factory('detection_cvpr_2019'),
                               str(tmp_path / 'result.json'), 'val', str(tmp_path / 'out'),
                               verbose=False)
    metrics, _ = evaluation.evaluate()
    precision = metrics.serialize()['mean_dist_aps']
    evaluated = {box.detection_name for box in evaluation.gt_boxes.all}
    assert len(evaluated) >= 8 and evaluated <= present <= set(DETECTION_NAMES)
    assert all(precision[name] > 0.99 for name in evaluated), precision
