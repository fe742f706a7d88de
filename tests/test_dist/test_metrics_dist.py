"""One process equals two gloo processes in the metrics, also where the sampler repeats samples."""
from __future__ import annotations

import math

import torch
from mmengine.evaluator import Evaluator

from mmcrossdistill.datasets.nuscenes_classes import CLASSES, THINGS
from mmcrossdistill.evaluation.metrics import (
    ConditionDepthMetric,
    ConditionSegMetric,
    PanopticMetric,
)
from mmcrossdistill.structures import DistillDataSample
from mmcrossdistill.testing.dist import run_distributed
from mmcrossdistill.testing.tiny import random_sample

COUNT = 5


def predicted_sample(index: int) -> DistillDataSample:
    """A sample with random labels, depths and predictions."""
    sample = random_sample(seed=index, num_pairs=10 + 20 * index)['data_samples']
    generator = torch.Generator().manual_seed(100 + index)
    sample.set_metainfo(dict(condition=('day-clear', 'night')[index % 2]))
    sample.pred_labels = torch.randint(16, sample.corr.label.shape, generator=generator)
    segment = torch.arange(200 + 100 * index) // 20
    sample.point_labels = torch.randint(16, (len(segment),), generator=generator)[segment]
    sample.point_instances = segment
    wrong = torch.rand(segment.shape, generator=generator) < 0.2
    sample.pred_point_labels = torch.where(wrong, 0, sample.point_labels)
    sample.pred_point_instances = segment
    sample.pred_depth = torch.rand(sample.corr.depth.shape, generator=generator) * 50
    return sample


def evaluate(rank: int, world_size: int, folder: str) -> dict[str, float]:
    """Evaluate what MMEngine's sampler gives a rank: it repeats samples to even out the ranks."""
    rounded = math.ceil(COUNT / world_size) * world_size
    own = [index % COUNT for index in range(rank, rounded, world_size)]
    metrics = [ConditionSegMetric(), ConditionDepthMetric(), PanopticMetric()]
    for number, metric in enumerate(metrics):
        metric.collect_dir = f'{folder}/{number}'
    evaluator = Evaluator(metrics)
    evaluator.dataset_meta = dict(classes=CLASSES, things=THINGS)
    for index in own:
        evaluator.process([predicted_sample(index)])
    return evaluator.evaluate(COUNT)


def test_two_processes_equal_one(tmp_path: object) -> None:
    expected = evaluate(0, 1, str(tmp_path))
    assert 0 < expected['panoptic/night/pq'] < 100
    for result in run_distributed(evaluate, args=(str(tmp_path),)):
        assert result.keys() == expected.keys()
        assert all(math.isclose(result[key], value, rel_tol=1e-9)
                   for key, value in expected.items())
