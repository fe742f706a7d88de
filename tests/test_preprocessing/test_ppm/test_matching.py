"""Nearest points of small sets against a k-d tree."""
from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from mmcrossdistill.preprocessing.ppm.matching import match, match_distance


@pytest.fixture
def window() -> tuple[np.ndarray, np.ndarray]:
    """Points far from the origin, and which of them are late."""
    generator = np.random.default_rng(0)
    xyz = generator.normal(size=(90, 3)) + (70.0, -55.0, 0.0)
    return xyz, generator.random(90) < 0.3


def test_matches_are_those_of_a_tree(window: tuple[np.ndarray, np.ndarray]) -> None:
    xyz, late = window
    left, right = match(xyz, late, 0.6)
    expected = []
    for half in (late, ~late):
        here, there = np.flatnonzero(half), np.flatnonzero(~half)
        distance, found = cKDTree(xyz[there]).query(xyz[here])
        expected += [(a, there[b]) for a, b, d in zip(here, found, distance, strict=True)
                     if d < 0.6]
    assert 10 < len(expected) < 80
    assert list(zip(left, right, strict=True)) == expected


def test_distances_of_candidates_are_those_of_a_tree(
        window: tuple[np.ndarray, np.ndarray]) -> None:
    xyz, late = window
    candidates = np.stack([xyz, xyz + late[:, None] * (0.3, 0.1, 0.0)])
    distances = match_distance(candidates, late, 0.4)
    for points, found in zip(candidates, distances, strict=True):
        for half in (late, ~late):
            nearest = cKDTree(points[~half]).query(points[half])[0]
            np.testing.assert_allclose(found[half], np.minimum(nearest, 0.4), atol=1e-7)
    assert (distances == 0.4).any() and (distances[0] != distances[1]).any()


def test_without_another_half_nothing_matches(window: tuple[np.ndarray, np.ndarray]) -> None:
    xyz, late = window
    assert [len(rows) for rows in match(xyz, np.zeros_like(late), 0.4)] == [0, 0]
    assert (match_distance(xyz, np.ones_like(late), 0.4) == 0.4).all()
