"""The metric over conditions."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator

from mmcrossdistill.evaluation.metrics import PanopticMetric
from mmcrossdistill.evaluation.panoptic_quality import count_segments, panoptic_quality
from mmcrossdistill.structures import DistillDataSample

CLASSES = ('car', 'person', 'road', 'tree')
META = dict(classes=CLASSES, things=('car', 'person'))
KEYS = ('point_labels', 'point_instances', 'pred_point_labels', 'pred_point_instances')


def random_sample(seed: int, condition: str | None) -> DistillDataSample:
    """Segments of 20 points, of which a part is predicted; no trees by night."""
    generator = torch.Generator().manual_seed(seed)
    segment = torch.arange(400) // 20
    classes = torch.randint(3 if condition == 'night' else 4, (20,), generator=generator)
    sample = DistillDataSample(metainfo=dict(token=str(seed), condition=condition))
    sample.point_labels = classes[segment]
    sample.point_instances = segment
    sample.pred_point_labels = torch.where(
        torch.rand(400, generator=generator) < 0.25, 0, sample.point_labels)
    sample.pred_point_instances = torch.where(
        torch.rand(400, generator=generator) < 0.1, 0, segment)
    return sample


def score(samples: list[DistillDataSample], **kwargs: object) -> dict[str, float]:
    """Evaluate as a test loop does."""
    evaluator = Evaluator([PanopticMetric(4, **kwargs)])
    evaluator.dataset_meta = META
    evaluator.process(samples)
    return evaluator.evaluate(len(samples))


def test_means_by_condition() -> None:
    conditions = ['day-clear', 'night', 'day-clear', None]
    samples = [random_sample(seed, name) for seed, name in enumerate(conditions)]
    metrics = score(samples)
    assert {key.split('/')[1] for key in metrics} == {'full', 'day_clear', 'night'}
    for key, chosen in (('full', samples), ('day_clear', samples[::2]), ('night', samples[1:2])):
        counts = [count_segments(*(sample.get(name).numpy() for name in KEYS), 4, 15)
                  for sample in chosen]
        total = counts[0]
        for one in counts[1:]:
            total = total + one
        values = {name: 100 * np.nan_to_num(value)
                  for name, value in panoptic_quality(total)._asdict().items()}
        expected = {}
        for name in ('pq', 'sq', 'rq', 'iou'):
            expected |= {f'{name}_{title}': value
                         for title, value in zip(CLASSES, values[name], strict=True)}
        for name in ('pq', 'sq', 'rq'):
            expected |= {name: sum(values[name]) / 4, f'{name}_things': sum(values[name][:2]) / 2,
                         f'{name}_stuff': sum(values[name][2:]) / 2}
        expected['miou'] = sum(values['iou']) / 4
        expected['pq_dagger'] = (sum(values['pq'][:2]) + sum(values['iou'][2:])) / 4
        found = {name.split('/')[2]: value for name, value in metrics.items()
                 if name.startswith(f'panoptic/{key}/')}
        assert found.keys() == expected.keys()
        assert found == pytest.approx(expected)
    assert 0 < metrics['panoptic/full/pq'] < 100
    assert metrics['panoptic/night/pq_tree'] == 0


def test_a_class_that_does_not_occur_can_be_left_out() -> None:
    samples = [random_sample(1, 'night')]
    with_zero, without = score(samples), score(samples, empty_quality=None)
    assert 'panoptic/night/pq_tree' not in without
    assert without['panoptic/night/pq'] == pytest.approx(with_zero['panoptic/night/pq'] * 4 / 3)
    assert without['panoptic/night/pq_things'] == with_zero['panoptic/night/pq_things']


def test_small_segments_count_by_definition() -> None:
    samples = [random_sample(seed, None) for seed in range(3)]
    strict, lenient = score(samples, min_points=15), score(samples, min_points=50)
    assert lenient['panoptic/full/rq'] > strict['panoptic/full/rq']
    assert lenient['panoptic/full/sq'] == strict['panoptic/full/sq']


def test_what_is_missing_is_said() -> None:
    sample = random_sample(0, None)
    with pytest.raises(ValueError, match='4 class names for num_classes=5'):
        metric = PanopticMetric(5)
        metric.dataset_meta = META
        metric.names()
    with pytest.raises(ValueError, match='set things= in the metric'):
        metric = PanopticMetric(4, things=['bus'], class_names=CLASSES)
        metric.names()
    with pytest.raises(KeyError, match="'point_instances'.*LoadPanopticLabels"):
        PanopticMetric(4).process(None, [dict(token='0', point_labels=sample.point_labels)])
