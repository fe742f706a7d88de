"""Depth errors inside the evaluation crops."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator

from mmcrossdistill.evaluation.metrics import DepthMapMetric
from mmcrossdistill.evaluation.metrics.depth_map_metric import crop_slices
from mmcrossdistill.structures import DistillDataSample


def make_sample(size: tuple[int, int], holes: float = 0.3) -> DistillDataSample:
    """Random measurements with holes and far values, and predictions."""
    sample = DistillDataSample()
    sample.depth_map = torch.rand(size) * 12
    sample.depth_map[torch.rand(size) < holes] = 0
    sample.pred_depth_map = torch.rand(size) * 14 - 1
    return sample


def evaluate(metric: DepthMapMetric, samples: list[DistillDataSample]) -> dict[str, float]:
    """Run the metric as a test loop does."""
    evaluator = Evaluator(metric)
    evaluator.process(samples)
    return evaluator.evaluate(len(samples))


def test_equals_mmseg_on_nyu() -> None:
    from mmseg.evaluation import DepthMetric
    samples = [make_sample((480, 640)) for _ in range(2)]
    ours = evaluate(DepthMapMetric('eigen_nyu', 1e-3, 10.0), samples)
    theirs = DepthMetric(min_depth_eval=1e-3, max_depth_eval=10.0, crop_type='nyu_crop')
    theirs.dataset_meta = {}
    for sample in samples:
        theirs.process({}, [dict(
            pred_depth_map=dict(data=sample.pred_depth_map.clamp(1e-3, 10)[None]),
            gt_depth_map=dict(data=sample.depth_map[None]))])
    for name, value in theirs.evaluate(2).items():
        if name in ('log10', 'silog'):
            continue
        assert ours[f'depth/full/{name}'] == pytest.approx(float(value), rel=1e-4), name


@pytest.mark.parametrize('crop,expected', [
    # int(0.40810811 * 352) and so on; the arithmetic of the published evaluation.
    ('garg', (143, 349, 43, 1172)), ('eigen_kitti', (117, 321, 43, 1172)),
    ('eigen_nyu', (45, 471, 41, 601))])
def test_crops(crop: str, expected: tuple[int, ...]) -> None:
    rows, columns = crop_slices(crop, (352, 1216))
    assert (rows.start, rows.stop, columns.start, columns.stop) == expected


def test_nothing_outside_the_crop_counts_and_silog_is_scale_invariant() -> None:
    sample = make_sample((352, 1216), holes=0.9)
    metric = DepthMapMetric('garg')
    before = evaluate(metric, [sample])
    sample.depth_map[:143], sample.depth_map[:, 1172:] = 5.0, 7.0
    assert evaluate(DepthMapMetric('garg'), [sample]) == before
    assert evaluate(DepthMapMetric(), [sample]) != before
    sample.pred_depth_map = sample.depth_map * 1.3 + 1e-6
    scaled = evaluate(DepthMapMetric('garg'), [sample])
    assert scaled['depth/full/silog'] == pytest.approx(0, abs=0.05)
    assert scaled['depth/full/log10'] == pytest.approx(np.log10(1.3), rel=1e-3)


def test_errors() -> None:
    with pytest.raises(ValueError, match="'garg'.*got 'center'"):
        DepthMapMetric('center')
    sample = make_sample((8, 8))
    sample.pred_depth_map = torch.ones(8, 9)
    with pytest.raises(ValueError, match=r'\(8, 9\).*\(8, 8\)'):
        evaluate(DepthMapMetric(), [sample])
