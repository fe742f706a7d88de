"""Ball query against a loop over pairs."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from mmcrossdistill.models.layers.point_ops import query_ball, query_ball_stacked


def brute_force(points: Tensor, centers: Tensor, radius: float, count: int,
                min_radius: float = 0.0) -> tuple[list[list[int]], list[bool]]:
    """Walk through the cloud for each centre, as a CUDA thread does."""
    found, empty = [], []
    for center in centers.double():
        rows = []
        for row, point in enumerate(points.double()):
            squared = float(((point - center) ** 2).sum())
            if squared == 0 or min_radius ** 2 <= squared < radius ** 2:
                rows.append(row)
        empty.append(not rows)
        rows = rows[:count]
        found.append(rows + [rows[0] if rows else 0] * (count - len(rows)))
    return found, empty


@pytest.mark.parametrize('radius,count,min_radius', [
    (1.0, 4, 0.0), (0.2, 3, 0.0), (50.0, 7, 0.0), (2.0, 5, 1.0)])
def test_equals_brute_force(radius: float, count: int, min_radius: float) -> None:
    points = torch.rand(90, 3) * 6
    # More centres than a piece, some of them points of the cloud, one far away from all.
    centers = torch.cat([torch.rand(140, 3) * 6, points[:9], torch.tensor([[99.0, 0.0, 0.0]])])
    found, empty = query_ball(points, centers, radius, count, min_radius)
    expected, expected_empty = brute_force(points, centers, radius, count, min_radius)
    assert found.tolist() == expected and empty.tolist() == expected_empty
    assert 0 < sum(expected_empty) < len(centers)


def test_each_center_sees_its_own_cloud_only() -> None:
    clouds = [torch.rand(size, 3) for size in (5, 0, 8)]
    around = [torch.rand(size, 3) for size in (3, 2, 4)]
    found, empty = query_ball_stacked(
        torch.cat(clouds), torch.tensor([5, 0, 8]), torch.cat(around), torch.tensor([3, 2, 4]),
        0.5, 3)
    expected = [brute_force(*pair, 0.5, 3) for pair in zip(clouds, around, strict=True)]
    assert found.tolist() == sum((rows for rows, _ in expected), [])
    assert empty.tolist() == sum((flags for _, flags in expected), [])
    assert empty[3:5].all()
