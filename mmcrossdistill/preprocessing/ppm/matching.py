"""Nearest points of two small sets: all distances at once, which trees do not beat there."""
from __future__ import annotations

import numpy as np


def squared_distances(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Compare all points of two sets.

    Args:
        left ((..., N, D) float): points.
        right ((..., M, D) float): points.

    Returns:
        (..., N, M) float: squared distances, slightly below 0 where rounding makes them so.
    """
    centre = left.mean(axis=-2, keepdims=True)  # far from the origin the sums would cancel
    left, right = left - centre, right - centre
    squared = np.matmul(-2 * left, np.swapaxes(right, -1, -2))
    squared += (left ** 2).sum(axis=-1)[..., :, None]
    squared += (right ** 2).sum(axis=-1)[..., None, :]
    return squared


def match_distance(xyz: np.ndarray, late: np.ndarray, limit: float) -> np.ndarray:
    """Find how far the nearest point of the other half of the window is.

    Args:
        xyz ((..., N, 3) float): points at time 0, metres; several candidates at once.
        late ((N,) bool): their half.
        limit: larger distances are this, metres.

    Returns:
        (..., N) float: metres.
    """
    distance = np.full(xyz.shape[:-1], limit)
    if late.any() and not late.all():
        squared = squared_distances(xyz[..., late, :], xyz[..., ~late, :])
        for half, axis in ((late, -1), (~late, -2)):
            nearest = np.sqrt(np.maximum(squared.min(axis=axis), 0))
            distance[..., half] = np.minimum(nearest, limit)
    return distance


def match(xyz: np.ndarray, late: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Match each point with the nearest one of the other half of the window.

    Args:
        xyz ((N, 3) float): points at time 0, metres.
        late ((N,) bool): their half.
        limit: farther points do not match, metres.

    Returns:
        (P,) int64 and (P,) int64: rows of the points that have a match, late ones first, and of
        these matches.
    """
    first, last = np.flatnonzero(~late), np.flatnonzero(late)
    if not len(first) or not len(last):
        return first[:0], last[:0]
    squared = squared_distances(xyz[last], xyz[first])
    left, right = [], []
    for here, there, axis in ((last, first, 1), (first, last, 0)):
        found = squared.argmin(axis=axis)
        near = np.take_along_axis(squared, np.expand_dims(found, axis), axis).ravel() < limit ** 2
        left.append(here[near])
        right.append(there[found[near]])
    return np.concatenate(left), np.concatenate(right)
