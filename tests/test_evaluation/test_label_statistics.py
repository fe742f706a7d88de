"""Statistics of weak labels, counted by hand."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.datasets.nuscenes_classes import CLASSES
from mmcrossdistill.evaluation.label_statistics import LabelStatistics
from mmcrossdistill.preprocessing.weak_labels.projected_labels import PointsInImage

ROAD, CAR = CLASSES.index('driveable_surface'), CLASSES.index('car')


def test_shares_and_agreement() -> None:
    statistics = LabelStatistics(('car', 'background', 'road'))
    labels = np.array([[0, 0, 2, 2], [255, 1, 2, 2]])
    pixels = np.array([[0, 0], [0, 1], [0, 2], [0, 2], [1, 0], [1, 1], [1, 3], [1, 3]])
    wanted = np.array([CAR, ROAD, ROAD, CAR, CAR, ROAD, ROAD, 255])
    for _ in range(3):
        statistics.add(labels, PointsInImage(pixels, wanted), 'a.png')
    summary = statistics.summary()
    assert summary['images'] == 3 and summary['pixels'] == 24 and summary['points'] == 24
    assert summary['scored_points'] == 21
    assert summary['labelled_pixels'] == 0.875 and summary['labelled_points'] == 0.875
    # Right are the first car and two roads, of 7 scored points; 5 have a label that lidarseg knows.
    assert summary['accuracy'] == pytest.approx(3 / 7, abs=1e-5) and summary['agreement'] == 0.6
    car, background, road, rest = summary['classes']
    assert car == dict(name='car', meant='car', pixels=0.25, points=0.25, precision=0.5,
                       recall=round(1 / 3, 5), iou=0.25)
    assert road == dict(
        name='road', meant='driveable_surface', pixels=0.5, points=0.5,
        precision=round(2 / 3, 5), recall=0.5, iou=0.4)
    assert background['meant'] is None and background['precision'] == 0.0
    assert background['recall'] is None
    assert rest == dict(name='unlabelled', meant=None, pixels=0.125, points=0.125,
                        precision=None, recall=None, iou=None)


def test_without_lidarseg() -> None:
    statistics = LabelStatistics(('car',))
    statistics.add(np.zeros((1, 2), int), PointsInImage(np.zeros((1, 2), int), np.array([255])),
                   'a.png')
    summary = statistics.summary()
    assert summary['accuracy'] is None and summary['agreement'] is None
    assert summary['classes'][0]['points'] == 1.0 and summary['classes'][0]['recall'] is None


def test_labels_without_a_name() -> None:
    statistics = LabelStatistics(('car', 'road'))
    nowhere = PointsInImage(np.zeros((0, 2), int), np.zeros(0, int))
    for label in (2, 254, 300):
        with pytest.raises(ValueError, match=rf'a.png holds the labels \[{label}\].* 2 classes'):
            statistics.add(np.full((2, 2), label), nowhere, 'a.png')
