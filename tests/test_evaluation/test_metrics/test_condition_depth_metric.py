"""Depth errors by condition."""
from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator

from mmcrossdistill.evaluation.metrics.condition_depth_metric import (
    NAMES,
    ConditionDepthMetric,
    depth_errors,
)
from mmcrossdistill.structures import Correspondence, DistillDataSample


def make_sample(condition: str, depth: list[float], predicted: list[float],
                view_idx: list[int] | None = None) -> DistillDataSample:
    """A sample with predictions at its pairs."""
    index = torch.zeros(len(depth), dtype=torch.long)
    views = index if view_idx is None else torch.tensor(view_idx)
    sample = DistillDataSample(metainfo=dict(
        condition=condition, view_names=['CAM'] * (1 if view_idx is None else 2)))
    sample.corr = Correspondence(
        index, views, torch.zeros(len(depth), 2), depth=torch.tensor(depth))
    sample.pred_depth = torch.tensor(predicted)
    return sample


def evaluate(samples: list[DistillDataSample]) -> dict[str, float]:
    """Run the metric as a test loop does."""
    evaluator = Evaluator(ConditionDepthMetric())
    evaluator.process(samples)
    return evaluator.evaluate(len(samples))


def test_hand_computed_errors() -> None:
    errors = dict(zip(NAMES, depth_errors(
        np.array([12.0, 20.0, 30.0]), np.array([10.0, 20.0, 10.0])), strict=True))
    assert errors['abs_rel'] == pytest.approx((0.2 + 0 + 2.0) / 3)
    assert errors['sq_rel'] == pytest.approx((0.4 + 0 + 40.0) / 3)
    assert errors['rmse'] == pytest.approx(math.sqrt((4 + 0 + 400) / 3))
    assert errors['rmse_log'] == pytest.approx(
        math.sqrt((math.log(1.2) ** 2 + math.log(3) ** 2) / 3))
    assert (errors['d1'], errors['d2'], errors['d3']) == pytest.approx((2 / 3, 2 / 3, 2 / 3))


def test_range_and_clamp() -> None:
    """Depths out of 0.1 to 80 m do not count; predictions are clamped."""
    metrics = evaluate([make_sample(
        'night', [0.05, 40.0, 10.0, 80.0], [9.0, 500.0, -5.0, 9.0])])
    assert metrics['depth/night/rmse'] == pytest.approx(
        math.sqrt((40.0 ** 2 + 9.9 ** 2) / 2))


def test_averages_over_images_not_over_pixels() -> None:
    metrics = evaluate([
        make_sample('day-clear', [10.0] * 9, [11.0] * 9), make_sample('night', [10.0], [13.0])])
    assert metrics['depth/full/rmse'] == pytest.approx(2.0)
    assert metrics['depth/day_clear/rmse'] == pytest.approx(1.0)
    assert metrics['depth/night/abs_rel'] == pytest.approx(0.3)


def test_views_of_a_keyframe_are_images_of_their_own() -> None:
    metrics = evaluate([make_sample(
        'day-rain', [10.0, 10.0, 10.0], [11.0, 11.0, 13.0], view_idx=[0, 0, 1])])
    assert metrics['depth/day_rain/rmse'] == pytest.approx(2.0)


def test_images_without_valid_pixels_are_skipped_and_counted() -> None:
    metrics = evaluate([
        make_sample('night', [10.0], [12.0]), make_sample('night', [], []),
        make_sample('night', [90.0], [1.0]), make_sample('day-clear', [], [])])
    assert metrics['depth/night/rmse'] == pytest.approx(2.0)
    assert metrics['depth/night/skipped'] == 2 and metrics['depth/full/skipped'] == 3
    assert math.isnan(metrics['depth/day_clear/rmse'])


def test_a_prediction_per_pair_is_needed() -> None:
    with pytest.raises(ValueError, match=r'\(1,\) predictions'):
        evaluate([make_sample('night', [10.0, 20.0], [12.0])])
