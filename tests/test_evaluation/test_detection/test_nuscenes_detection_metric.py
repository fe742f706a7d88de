"""mAP, NDS and mAP by condition against the devkit run alone, in one and in two processes."""
from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.fileio import load
from nuscenes import NuScenes
from nuscenes.eval.detection.config import config_factory
from nuscenes.eval.detection.evaluate import DetectionEval

from mmcrossdistill.testing.dist import run_distributed

INFOS = 'nuscenes_infos_val.pkl'


def predict(infos: list[dict[str, Any]], classes: tuple[str, ...]) -> list[dict[str, Any]]:
    """The truth, moved, thinned and with random scores; not at all at night."""
    from mmdet3d.datasets import NuScenesDataset
    from mmdet3d.structures import LiDARInstance3DBoxes
    names, rng, results = NuScenesDataset.METAINFO['classes'], np.random.default_rng(0), []
    for info in infos:
        rows = [row for row in info['instances'] if row['bbox_label_3d'] >= 0
                and info['condition'] != 'night' and rng.random() < 0.8]
        boxes = np.array([[*row['bbox_3d'], *np.nan_to_num(row['velocity'])] for row in rows])
        boxes = boxes.reshape(-1, 9)
        boxes[:, :2] += rng.normal(0, 0.4, (len(rows), 2))
        results.append(dict(
            sample_idx=info['sample_idx'], pred_instances={},
            pred_instances_3d=dict(
                bboxes_3d=LiDARInstance3DBoxes(
                    torch.tensor(boxes, dtype=torch.float32), box_dim=9, origin=(0.5, 0.5, 0.5)),
                scores_3d=torch.from_numpy(rng.random(len(rows))),
                labels_3d=torch.tensor(
                    [classes.index(names[row['bbox_label_3d']]) for row in rows],
                    dtype=torch.long))))
    return results


def evaluate(rank: int, world_size: int, root: str, folder: str, skip: int = 0) -> dict[str, float]:
    """Score what a rank was given."""
    from mmdet3d.datasets import NuScenesDataset

    from mmcrossdistill.evaluation.detection import NuScenesDetectionMetric
    metric = NuScenesDetectionMetric(root, f'{root}/{INFOS}', jsonfile_prefix=folder)
    metric.collect_dir = f'{folder}/parts'
    metric.dataset_meta = dict(NuScenesDataset.METAINFO)
    infos = load(f'{root}/{INFOS}')['data_list']
    predicted = predict(infos, metric.dataset_meta['classes'])[skip:]
    metric.process({}, predicted[rank::world_size])
    return metric.evaluate(len(predicted))


@pytest.fixture(scope='module')
def scores(minidrive_tiny: Path, tmp_path_factory: pytest.TempPathFactory,
           ) -> tuple[dict[str, float], Path]:
    """Scores of one process, and its submission."""
    folder = tmp_path_factory.mktemp('boxes')
    return evaluate(0, 1, str(minidrive_tiny), str(folder)), (
        folder / 'pred_instances_3d' / 'results_nusc.json')


def test_the_devkit_says_the_same_of_the_dumped_file(
        minidrive_tiny: Path, scores: tuple[dict[str, float], Path], tmp_path: Path) -> None:
    measured, submission = scores
    summary = DetectionEval(
        NuScenes('v1.0-trainval', str(minidrive_tiny), verbose=False),
        config_factory('detection_cvpr_2019'), str(submission), 'val', str(tmp_path),
        verbose=False).main(render_curves=False)
    assert measured['det3d/full/mAP'] == summary['mean_ap'] > 0.1
    assert measured['det3d/full/NDS'] == summary['nd_score'] > 0.1
    assert measured['det3d/full/mAVE'] == summary['tp_errors']['vel_err']
    assert measured['det3d/full/AP_car'] == summary['mean_dist_aps']['car'] > 0.1


def test_conditions_are_scored_alone(
        minidrive_tiny: Path, scores: tuple[dict[str, float], Path]) -> None:
    measured = scores[0]
    assert measured['det3d/night/mAP'] == 0
    # A class that is not there at night has no precision there.
    present = {key.split('/')[-1] for key in measured if key.startswith('det3d/night/AP_')}
    assert {'AP_car', 'AP_pedestrian'} <= present and len(present) < 10
    day = [measured[f'det3d/{condition}/AP_car'] for condition in ('day_clear', 'day_rain')]
    # A third of all cars cannot be found.
    assert min(day) > measured['det3d/full/AP_car'] + 0.1


def test_two_processes_equal_one(
        minidrive_tiny: Path, scores: tuple[dict[str, float], Path], tmp_path: Path) -> None:
    for measured in run_distributed(evaluate, args=(str(minidrive_tiny), str(tmp_path))):
        assert measured.keys() == scores[0].keys()
        for key, value in scores[0].items():
            assert math.isclose(measured[key], value, rel_tol=1e-9) or math.isnan(value), key


def test_frames_that_are_missing_are_an_error(minidrive_tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='predict every keyframe of .*nuscenes_infos_val.pkl'):
        evaluate(0, 1, str(minidrive_tiny), str(tmp_path), skip=1)


def test_a_detector_that_finds_nothing_has_scores(minidrive_tiny: Path, tmp_path: Path) -> None:
    """The devkit refuses a submission without any box; untrained detectors write those."""
    from mmdet3d.datasets import NuScenesDataset
    from mmdet3d.structures import LiDARInstance3DBoxes

    from mmcrossdistill.evaluation.detection import NuScenesDetectionMetric
    metric = NuScenesDetectionMetric(
        str(minidrive_tiny), str(minidrive_tiny / INFOS), jsonfile_prefix=str(tmp_path))
    metric.dataset_meta = dict(NuScenesDataset.METAINFO)
    infos = load(str(minidrive_tiny / INFOS))['data_list']
    nothing = dict(bboxes_3d=LiDARInstance3DBoxes(torch.zeros(0, 9), box_dim=9),
                   scores_3d=torch.zeros(0), labels_3d=torch.zeros(0, dtype=torch.long))
    metric.process({}, [dict(sample_idx=info['sample_idx'], pred_instances={},
                             pred_instances_3d=nothing) for info in infos])
    found = metric.evaluate(len(infos))
    assert found['det3d/full/mAP'] == found['det3d/full/NDS'] == found['det3d/night/mAP'] == 0
    assert found['det3d/full/mATE'] == 1 and found['det3d/full/AP_car'] == 0
