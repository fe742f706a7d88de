"""Maps of labelled points."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.visualization.class_map import LabelledFeatures, class_maps


def points(noise: float) -> LabelledFeatures:
    """Ten cars and ten trees in each of two scans, along two directions."""
    classes = np.tile(np.repeat(['car', 'tree'], 10), 2)
    centres = np.array([[1.0, 0, 0], [0, 1.0, 0]])[(classes == 'tree').astype(int)]
    features = centres + noise * np.random.default_rng(0).normal(size=(40, 3))
    return LabelledFeatures('mine', features, classes, np.repeat([0, 1], 20))


def test_neighbours_are_counted_class_by_class_in_other_scans() -> None:
    assert points(0.05).neighbour_accuracy() == 1.0
    assert 0.2 < points(100.0).neighbour_accuracy() < 0.8
    # Cars find cars; the bus finds the tree or a car, the tree the bus.
    mixed = LabelledFeatures(
        'mine', np.array([[1.0, 0], [1, 0.1], [1, 0.5], [1, 0.2], [1, 0.3]]),
        np.array(['car', 'car', 'tree', 'car', 'bus']), np.array([0, 0, 0, 1, 1]))
    assert mixed.neighbour_accuracy() == pytest.approx((1 + 0 + 0) / 3)
    with pytest.raises(ValueError, match='two scans'):
        LabelledFeatures('mine', np.eye(3), np.array(['a'] * 3), np.zeros(3)).neighbour_accuracy()


def test_the_picture_names_the_classes_that_there_are() -> None:
    figure = class_maps([points(0.05)], {'car': (0, 150, 245), 'bus': (1, 2, 3),
                                         'tree': (0, 175, 0)})
    assert figure.axes[0].get_title() == 'mine\nneighbour of the same class 100.0 %'
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ['car', 'tree']
