"""IoU by condition, against scikit-learn and the devkit."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator

from mmcrossdistill.datasets.nuscenes_classes import CLASSES
from mmcrossdistill.evaluation.metrics.condition_seg_metric import (
    ConditionSegMetric,
    confusion_matrix,
)
from mmcrossdistill.structures import Correspondence, DistillDataSample


def make_sample(condition: str, labels: torch.Tensor, predicted: torch.Tensor,
                ) -> DistillDataSample:
    """A sample with predictions at its pairs and at its points."""
    index = torch.zeros_like(labels)
    sample = DistillDataSample(metainfo=dict(condition=condition))
    sample.corr = Correspondence(index, index, torch.zeros(len(labels), 2), label=labels)
    sample.pred_labels = predicted
    sample.point_labels, sample.pred_point_labels = labels, predicted
    return sample


def random_samples() -> list[DistillDataSample]:
    """Samples of three conditions; half of the predictions are right."""
    samples = []
    for condition in ('day-clear', 'night', 'day-rain', 'night', 'day-clear'):
        labels, predicted = torch.randint(16, (300,)), torch.randint(16, (300,))
        predicted = torch.where(torch.rand(300) < 0.5, labels, predicted)
        labels[:20] = 255
        samples.append(make_sample(condition, labels, predicted))
    return samples


def evaluate(samples: list[DistillDataSample], **kwargs: Any) -> dict[str, float]:
    """Run the metric as a test loop does."""
    evaluator = Evaluator(ConditionSegMetric(**kwargs))
    evaluator.dataset_meta = dict(classes=CLASSES)
    evaluator.process(samples[:2])
    evaluator.process(samples[2:])
    return evaluator.evaluate(len(samples))


def flat(samples: list[DistillDataSample], condition: str | None = None) -> tuple:
    """Labels and predictions of a condition as numpy arrays."""
    chosen = [s for s in samples if condition in (None, s.condition)]
    labels = torch.cat([s.corr.label for s in chosen]).numpy()
    return labels[labels != 255], torch.cat([s.pred_labels for s in chosen]).numpy()[labels != 255]


@pytest.mark.parametrize('key, condition', [('full', None), ('night', 'night')])
def test_equals_scikit_learn(key: str, condition: str | None) -> None:
    sklearn = pytest.importorskip('sklearn.metrics')
    samples = random_samples()
    metrics = evaluate(samples)
    labels, predicted = flat(samples, condition)
    per_class = sklearn.jaccard_score(labels, predicted, average=None, labels=range(16)) * 100
    assert metrics[f'seg/{key}/miou'] == pytest.approx(per_class.mean())
    assert metrics[f'seg/{key}/iou_car'] == pytest.approx(per_class[CLASSES.index('car')])
    assert metrics[f'seg/{key}/acc'] == pytest.approx(
        100 * sklearn.accuracy_score(labels, predicted))


@pytest.mark.parametrize('empty_iou', [None, 0.0, 1.0])
def test_a_class_that_never_occurs(empty_iou: float | None) -> None:
    samples = random_samples()
    for sample in samples:
        for values in (sample.corr.label, sample.pred_labels):
            values[values == 3] = 4
    metrics = evaluate(samples, empty_iou=empty_iou)
    labels, predicted = flat(samples)
    ious = []
    for label in range(16):
        hit = ((labels == label) & (predicted == label)).sum()
        union = ((labels == label) | (predicted == label)).sum()
        ious += [hit / union] if union else [] if empty_iou is None else [empty_iou]
    assert len(ious) == (15 if empty_iou is None else 16)
    assert metrics['seg/full/miou'] == pytest.approx(100 * np.mean(ious))
    assert metrics.get('seg/full/iou_car') == (None if empty_iou is None else 100 * empty_iou)


def test_equals_the_devkits_lidarseg_evaluator() -> None:
    lidarseg = pytest.importorskip('nuscenes.eval.lidarseg.utils')
    samples = random_samples()
    # The devkit's class 0 is the ignored one.
    evaluator = lidarseg.ConfusionMatrix(num_classes=17, ignore_idx=0)
    labels, predicted = flat(samples)
    evaluator.update(labels + 1, predicted + 1)
    metrics = evaluate(samples)
    assert metrics['seg/full/miou'] == pytest.approx(100 * evaluator.get_mean_iou())


def test_excluded_classes_leave_the_mean_of_their_condition_only() -> None:
    samples = random_samples()
    metrics, plain = evaluate(samples, excluded=dict(night=('bus', 'trailer'))), evaluate(samples)
    kept = [plain[f'seg/night/iou_{name}'] for name in CLASSES if name not in ('bus', 'trailer')]
    assert metrics['seg/night/miou'] == pytest.approx(np.mean(kept))
    for key in ('seg/full/miou', 'seg/day_clear/miou', 'seg/night/acc', 'seg/night/iou_bus'):
        assert metrics[key] == plain[key]


def test_absent_classes_are_left_out_of_the_mean() -> None:
    labels, predicted = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 0, 1, 2])
    metrics = evaluate([make_sample('night', labels, predicted)])
    assert metrics['seg/night/miou'] == pytest.approx((100 + 50 + 0) / 3)
    assert 'seg/night/iou_car' not in metrics and 'seg/day_clear/miou' not in metrics


def test_scores_points_under_their_own_prefix() -> None:
    samples = random_samples()
    for sample in samples:
        sample.pred_labels = torch.zeros_like(sample.pred_labels)
    points = evaluate(samples, target='points')
    assert set(key.split('/')[0] for key in points) == {'seg3d'}
    labels = torch.cat([s.point_labels for s in samples])
    predicted = torch.cat([s.pred_point_labels for s in samples])
    valid = labels != 255
    assert points['seg3d/full/acc'] == pytest.approx(
        100 * (labels == predicted)[valid].float().mean().item())


def test_without_any_label_the_mean_is_not_a_number() -> None:
    metrics = evaluate([make_sample('night', torch.full((3,), 255), torch.zeros(3).long())])
    assert math.isnan(metrics['seg/night/miou'])


def test_errors() -> None:
    labels = torch.tensor([0, 1])
    with pytest.raises(ValueError, match='3,'):
        confusion_matrix(labels, torch.zeros(3).long(), 4)
    with pytest.raises(ValueError, match='num_classes=2'):
        confusion_matrix(torch.tensor([0, 5]), labels, 2)
    with pytest.raises(ValueError, match='num_classes=2'):
        confusion_matrix(labels, torch.tensor([0, 2]), 2)
    with pytest.raises(ValueError, match='tram'):
        evaluate(random_samples(), excluded=dict(night=['tram']))
    with pytest.raises(ValueError, match='boxes'):
        ConditionSegMetric(target='boxes')
