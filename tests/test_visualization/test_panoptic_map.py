"""Colours of objects and errors."""
from __future__ import annotations

import numpy as np

from mmcrossdistill.visualization.panoptic_map import (
    ERROR_COLOURS,
    RIGHT,
    UNLABELLED,
    WRONG_CLASS,
    WRONG_OBJECT,
    colour_errors,
    colour_objects,
    point_errors,
)

PALETTE = ((255, 0, 0), (0, 255, 0), (0, 0, 200))


def test_objects_have_colours_of_their_own() -> None:
    labels = np.array([0, 0, 0, 0, 1, 2, 255])
    instances = np.array([7, 7, 9, 0, 3, -5, 0])
    colours = colour_objects(labels, instances, PALETTE, [0, 1])
    assert (colours[0] == colours[1]).all()
    assert len({tuple(colour) for colour in colours[[0, 2, 3, 4, 5, 6]].tolist()}) == 6
    assert colours[3].tolist() == [0, 0, 0]
    assert colours[5].tolist() == [178, 178, 238]  # 30 % of the way from white to the class


def test_neighbouring_numbers_are_far_apart() -> None:
    colours = colour_objects(np.zeros(60, int), np.arange(1, 61), PALETTE, [0]).astype(int)
    assert len(np.unique(colours, axis=0)) == 60
    assert np.abs(np.diff(colours, axis=0)).sum(axis=1).min() > 150
    assert colour_objects(np.zeros(0, int), np.zeros(0, int), PALETTE, [0]).shape == (0, 3)


def test_errors_of_points() -> None:
    labels = np.array([0] * 6 + [0] * 4 + [2, 2, 1, 255])
    instances = np.array([1] * 6 + [2] * 4 + [-2, -2, 4, 0])
    # One point of object 1 is given to object 2, whose points are split into halves.
    predicted = np.array([0] * 6 + [0] * 4 + [2, 1, 1, 1])
    objects = np.array([5] * 5 + [6] + [6, 6, 7, 7] + [0, 8, 8, 8])
    errors = point_errors(labels, instances, predicted, objects, 3, [0, 1])
    assert errors.tolist() == (
        [RIGHT] * 5 + [WRONG_OBJECT] * 5 + [RIGHT, WRONG_CLASS, WRONG_OBJECT, UNLABELLED])
    assert colour_errors(errors).tolist() == [
        list(ERROR_COLOURS[{RIGHT: 'right', WRONG_CLASS: 'wrong class', UNLABELLED: 'unlabelled',
                            WRONG_OBJECT: 'right class, wrong object'}[error]])
        for error in errors.tolist()]
