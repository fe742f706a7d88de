"""Colours of objects, and of what is wrong with them."""
from __future__ import annotations

import colorsys
from collections.abc import Sequence

import numpy as np

from mmcrossdistill.evaluation.panoptic_quality import IGNORE_INDEX, match_segments

from .segmentation import colour_labels

_GOLDEN = 0.618033988749895  # of a turn: hues of consecutive numbers lie far apart
_PALE = 0.3  # share of the class colour in stuff

# What a point can be.
RIGHT, WRONG_OBJECT, WRONG_CLASS, UNLABELLED = range(4)
ERROR_COLOURS = {
    'right': (190, 196, 204), 'right class, wrong object': (255, 150, 0),
    'wrong class': (214, 39, 40), 'unlabelled': (238, 240, 243)}


def colour_objects(labels: np.ndarray, instances: np.ndarray,
                   palette: Sequence[Sequence[int]], things: Sequence[int]) -> np.ndarray:
    """Give each object a colour of its own; stuff is a pale version of its class.

    Args:
        labels ((N,) int): class of each point; 255 is drawn in light grey.
        instances ((N,) int): object of each point; zero or negative for none.
        palette: one (R, G, B) per class.
        things: indices of the classes with objects.

    Returns:
        (N, 3) uint8: things without an object are black.
    """
    colours = colour_labels(labels, palette).astype(np.float64)
    colours = np.rint(255 - _PALE * (255 - colours)).astype(np.uint8)
    is_thing = np.isin(labels, things)
    colours[is_thing] = 0
    own = is_thing & (np.asarray(instances) > 0)
    _, number = np.unique(np.asarray(instances)[own], return_inverse=True)
    wheel = np.array([
        colorsys.hsv_to_rgb(k * _GOLDEN % 1, 0.75 + 0.25 * (k % 2), 0.65 + 0.3 * (k % 3 == 0))
        for k in range(int(number.max(initial=-1)) + 1)]).reshape(-1, 3)
    colours[own] = np.rint(255 * wheel[number])
    colours[labels == IGNORE_INDEX] = ERROR_COLOURS['unlabelled']
    return colours


def point_errors(labels: np.ndarray, instances: np.ndarray, pred_labels: np.ndarray,
                 pred_instances: np.ndarray, num_classes: int, things: Sequence[int],
                 ) -> np.ndarray:
    """Say of each point what is wrong with it.

    Args:
        labels ((N,) int64): true classes; 255 is no label.
        instances ((N,) int64): true instances.
        pred_labels ((N,) int64): predicted classes.
        pred_instances ((N,) int64): predicted instances.
        num_classes: C.
        things: indices of the classes with objects.

    Returns:
        (N,) int64: ``RIGHT``; ``WRONG_OBJECT``: a thing of the right class, whose object is not
        matched, or whose prediction belongs to another one; ``WRONG_CLASS`` or ``UNLABELLED``.
    """
    errors = np.full(len(labels), UNLABELLED)
    rows = np.flatnonzero(labels != IGNORE_INDEX)
    found = match_segments(*(part[rows] for part in (
        labels, instances, pred_labels, pred_instances)), num_classes)
    partner = np.full(len(found.area), -1)
    partner[found.first] = found.second
    same_object = partner[found.segment] == found.pred_segment
    same_object |= ~np.isin(labels[rows], things)
    errors[rows] = np.where(
        labels[rows] != pred_labels[rows], WRONG_CLASS,
        np.where(same_object, RIGHT, WRONG_OBJECT))
    return errors


def colour_errors(errors: np.ndarray) -> np.ndarray:
    """Look up the colours of errors.

    Args:
        errors ((N,) int64): see :func:`point_errors`.

    Returns:
        (N, 3) uint8.
    """
    return np.array(list(ERROR_COLOURS.values()), dtype=np.uint8)[errors]
