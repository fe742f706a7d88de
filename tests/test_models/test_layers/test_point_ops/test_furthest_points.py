"""Furthest point sampling against a loop over all pairs."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from mmcrossdistill.models.layers.point_ops import sample_furthest_points


def brute_force(points: Tensor, count: int) -> list[int]:
    """Look, at each step, at the distances from all chosen points."""
    chosen = [0]
    while len(chosen) < count:
        distances = torch.cdist(points.double(), points[chosen].double()).amin(dim=1)
        chosen.append(int(distances.argmax()))
    return chosen


def test_equals_brute_force() -> None:
    points = torch.rand(2, 70, 3) * 10
    chosen = sample_furthest_points(points, 30)
    assert chosen.tolist() == [brute_force(cloud, 30) for cloud in points]
    assert all(len(set(rows)) == 30 for rows in chosen.tolist())


def test_more_than_there_are_come_again() -> None:
    points = torch.rand(1, 5, 3)
    chosen = sample_furthest_points(points, 8)[0].tolist()
    assert set(chosen[:5]) == set(range(5)) and chosen[5:] == [0, 0, 0]


def test_nothing_from_nothing() -> None:
    assert sample_furthest_points(torch.zeros(2, 0, 3), 0).shape == (2, 0)
    with pytest.raises(ValueError, match='empty cloud'):
        sample_furthest_points(torch.zeros(2, 0, 3), 1)
