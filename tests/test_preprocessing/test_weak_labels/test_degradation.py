"""Tests of worsened labels."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.datasets.nuscenes_classes import CLASSES
from mmcrossdistill.preprocessing.weak_labels.degradation import (
    MAX_SHIFT,
    MERGED_INTO,
    degrade,
)
from mmcrossdistill.preprocessing.weak_labels.minidrive_truth import Truth

ROAD, SIDEWALK, CAR, TRUCK = (
    CLASSES.index(name) for name in ('driveable_surface', 'sidewalk', 'car', 'truck'))


@pytest.fixture
def truth() -> Truth:
    """Sky, a road with a sidewalk, two cars side by side and a truck."""
    labels = np.full((60, 100), ROAD)
    labels[:20] = 255
    labels[50:] = SIDEWALK
    objects = np.full(labels.shape, -1)
    for number, (left, label) in enumerate(((10, CAR), (20, CAR), (60, TRUCK))):
        labels[25:40, left:left + 10] = label
        objects[25:40, left:left + 10] = number
    return Truth(labels, objects)


def test_without_severity_it_is_the_truth(truth: Truth) -> None:
    np.testing.assert_array_equal(degrade(truth, 0.0, np.random.default_rng(0)), truth.labels)


def test_the_same_errors_every_time_and_more_with_severity(truth: Truth) -> None:
    for seed in range(5):
        first = degrade(truth, 0.5, np.random.default_rng(seed))
        np.testing.assert_array_equal(degrade(truth, 0.5, np.random.default_rng(seed)), first)
    right = [np.mean([(degrade(truth, severity, np.random.default_rng(seed)) == truth.labels).mean()
                      for seed in range(50)]) for severity in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    assert right == sorted(right, reverse=True) and right[0] == 1 and right[-1] < 0.7


def test_each_kind_of_error(truth: Truth) -> None:
    missed, merged, moved = [], [], []
    for seed in range(400):
        labels = degrade(truth, 0.3, np.random.default_rng(seed))
        missed.append(not np.isin(labels, (CAR, TRUCK)).any(axis=0)[55:75].any())
        merged.append(not (labels == SIDEWALK).any())
        if not merged[-1]:
            moved.append(int((labels[:, 0] == SIDEWALK).argmax()) - 50)
    # The truck is missed with probability 0.3, the sidewalk becomes road with probability 0.3.
    assert np.mean(missed) == pytest.approx(0.3, abs=0.07)
    assert np.mean(merged) == pytest.approx(0.3, abs=0.07)
    reach = 0.3 * MAX_SHIFT * 100
    assert min(moved) == -reach and max(moved) == reach
    everything = degrade(truth, 1.0, np.random.default_rng(0))
    assert set(np.unique(everything)) <= {ROAD, 255}


def test_classes_merge_into_frequent_ones() -> None:
    names = {CLASSES[index] for index in MERGED_INTO}
    assert MERGED_INTO[SIDEWALK] == ROAD and MERGED_INTO[TRUCK] == CAR
    assert 'driveable_surface' in names and 'bus' not in names


def test_a_picture_of_sky() -> None:
    sky = Truth(np.full((4, 5), 255), np.full((4, 5), -1))
    assert (degrade(sky, 0.5, np.random.default_rng(0)) == 255).all()
