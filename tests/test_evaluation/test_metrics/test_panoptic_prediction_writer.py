"""Written objects, read by the official evaluator of nuScenes and by SemanticKITTI's rule."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.datasets.semantickitti_classes import CLASSES, SUBMITTED_IDS, THINGS
from mmcrossdistill.datasets.transforms import LoadPanopticLabels
from mmcrossdistill.evaluation.metrics import PanopticMetric, PanopticPredictionWriter
from mmcrossdistill.structures import DistillDataSample

PIPELINE = [dict(type='LoadPoints'), dict(type='LoadPanopticLabels'),
            dict(type='PackDistillInputs')]


def score(samples: list[DistillDataSample], *metrics: Any, meta: dict) -> dict[str, float]:
    """Evaluate as a test loop does."""
    evaluator = Evaluator(list(metrics))
    evaluator.dataset_meta = meta
    evaluator.process(samples)
    return evaluator.evaluate(len(samples))


def spoil(sample: DistillDataSample, num_classes: int, num_things: int) -> None:
    """Predict most points right, and number the objects from 1; stuff has none."""
    labels = sample.point_labels
    wrong = torch.randint(num_classes, labels.shape)
    right = (torch.rand(labels.shape) < 0.8) & (labels != 255)
    predicted = sample.pred_point_labels = torch.where(right, labels, wrong)
    _, number = sample.point_instances.clamp_min(0).unique(return_inverse=True)
    lost = torch.rand(labels.shape) < 0.15
    number[lost] = torch.randint(4, (int(lost.sum()),))
    sample.pred_point_instances = number.where(predicted < num_things, 0)


def test_nuscenes_by_its_evaluator(minidrive_tiny: Path, tmp_path: Path,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    nuscenes = pytest.importorskip('nuscenes.nuscenes')
    evaluate = pytest.importorskip('nuscenes.eval.panoptic.evaluate')
    lidarseg = pytest.importorskip('nuscenes.eval.lidarseg.utils')
    tables = nuscenes.NuScenes('v1.0-trainval', str(minidrive_tiny), verbose=False)
    official = lidarseg.create_splits_scenes()['val']
    present = [scene['name'] for scene in tables.scene if scene['name'] in official]
    monkeypatch.setattr(lidarseg, 'create_splits_scenes', lambda verbose=False: dict(val=present))

    dataset = PairedImageLidarDataset(
        'nuscenes_infos_val.pkl', str(minidrive_tiny), pipeline=PIPELINE)
    samples = [dataset[index]['data_samples'] for index in range(len(dataset))]
    for sample in samples:
        spoil(sample, 16, 10)
    ours = score(samples, PanopticMetric(), PanopticPredictionWriter(str(tmp_path)),
                 meta=dataset.metainfo)
    assert ours['predictions/files'] == len(dataset)
    meta = json.loads((tmp_path / 'val/submission.json').read_text())['meta']
    assert meta['task'] == 'segmentation' and meta['use_lidar'] and not meta['use_camera']

    evaluate.NuScenesPanopticEval(
        tables, str(tmp_path), 'val', 'segmentation', 15, str(tmp_path)).evaluate()
    theirs = json.loads((tmp_path / 'segmentation-result.json').read_text())['segmentation']
    means = theirs.pop('all')
    for name, key in (('pq', 'PQ'), ('sq', 'SQ'), ('rq', 'RQ'), ('pq_dagger', 'PQ_dagger'),
                      ('miou', 'mIoU')):
        assert ours[f'panoptic/full/{name}'] == pytest.approx(100 * means[key], rel=1e-9), name
    theirs.pop('ignore', None)
    compared = 0
    for title in dataset.metainfo['classes']:
        for name, key in (('pq', 'PQ'), ('sq', 'SQ'), ('rq', 'RQ'), ('iou', 'IoU')):
            expected = 100 * theirs[title][key]
            assert ours[f'panoptic/full/{name}_{title}'] == pytest.approx(expected, abs=1e-9)
            compared += 0 < expected < 100
    assert compared > 20


def test_semantickitti(tmp_path: Path) -> None:
    """Written, read back by the rule of the data set: upper half the object, lower the class."""
    truth, samples = [], []
    for scan in range(2):
        raw = np.random.default_rng(scan).choice(SUBMITTED_IDS, 60).astype(np.uint32)
        raw[raw == 40] = np.where(np.arange((raw == 40).sum()) % 2, 40, 60)  # lane markings
        raw[::9] = 0
        raw |= np.where(raw < 40, np.arange(60) << 16, 0).astype(np.uint32)
        raw = raw.repeat(70)
        raw.tofile(tmp_path / 'truth.label')
        results = LoadPanopticLabels(label_format='semantickitti')(dict(
            points=np.zeros((len(raw), 4)), pts_semantic_mask_path=str(tmp_path / 'truth.label')))
        sample = DistillDataSample(metainfo=dict(token=f'08_00000{scan}'))
        sample.point_labels = torch.from_numpy(results['point_labels'])
        sample.point_instances = torch.from_numpy(results['point_instances'])
        spoil(sample, 19, 8)
        truth.append(raw)
        samples.append(sample)
    meta = dict(classes=CLASSES, things=THINGS)
    ours = score(samples, PanopticMetric(19, 50),
                 PanopticPredictionWriter(str(tmp_path), 'semantickitti'), meta=meta)
    assert ours['predictions/files'] == 2

    module = pytest.importorskip('nuscenes.eval.panoptic.panoptic_seg_evaluator')
    # The evaluator of SemanticKITTI's tools, which nuScenes took over, called as these call it.
    theirs = module.PanopticEval(20, [0], min_points=50)
    classes = np.zeros(300, np.int64)
    classes[list(SUBMITTED_IDS)] = np.arange(1, 20)
    classes[60] = classes[40]
    for scan, raw in enumerate(truth):
        predicted = np.fromfile(
            tmp_path / f'sequences/08/predictions/00000{scan}.label', np.uint32)
        theirs.addBatch(classes[predicted & 0xFFFF], predicted.astype(np.int64),
                        classes[raw & 0xFFFF], raw.astype(np.int64))
    mean_pq, mean_sq, mean_rq, all_pq, *_ = theirs.getPQ()
    assert 0.05 < mean_pq < 0.95
    for name, expected in (('pq', mean_pq), ('sq', mean_sq), ('rq', mean_rq)):
        assert ours[f'panoptic/full/{name}'] == pytest.approx(100 * expected, rel=1e-9)
    assert ours['panoptic/full/pq_road'] == pytest.approx(100 * all_pq[9], rel=1e-9)
    things = ours['panoptic/full/pq_things']
    assert things == pytest.approx(100 * all_pq[1:9].mean(), rel=1e-9)


def test_too_many_objects(tmp_path: Path) -> None:
    sample = dict(token='a', lidar_token='b', pred_point_labels=torch.zeros(2, dtype=torch.long),
                  pred_point_instances=torch.tensor([1, 1000]))
    with pytest.raises(ValueError, match='object 1000.*lower model.grouping.top_k'):
        PanopticPredictionWriter(str(tmp_path)).process(None, [sample])
