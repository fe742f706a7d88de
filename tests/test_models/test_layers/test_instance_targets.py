"""Centres and offsets, against loops over objects and cells."""
from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
import torch

from mmcrossdistill.models.layers.bev_grid import BevGrid
from mmcrossdistill.models.layers.instance_targets import InstanceTargets, instance_targets

GRIDS = {'cartesian': BevGrid((24, 30), 'cartesian', (-12.0, -15.0), (12.0, 15.0)),
         'cylindrical': BevGrid((20, 36), high=(20.0, 180.0))}


def place(grid: BevGrid, x: float, y: float) -> tuple[float, float]:
    """Where a point lies, in cells, by hand."""
    if grid.coords == 'cartesian':
        return x + 12, y + 15
    return math.hypot(x, y), (math.degrees(math.atan2(y, x)) + 180) / 10


def reference(coords: np.ndarray, batch_idx: np.ndarray, instances: np.ndarray, batch_size: int,
              grid: BevGrid, sigma: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Heat-map, offsets and the cells of objects, one object and one cell at a time."""
    height, width = grid.size
    heatmap = np.zeros((batch_size, height, width))
    offset, has_object = np.zeros((batch_size, 2, height, width)), np.zeros_like(heatmap, bool)
    reach = int(3 * sigma + 1)
    for cloud in range(batch_size):
        own = (batch_idx == cloud) & (instances > 0)
        centres, votes = {}, {}
        for number in sorted(set(instances[own].tolist())):
            x, y = coords[own & (instances == number), :2].mean(axis=0)
            centre = centres[number] = place(grid, x, y)
            row, column = math.floor(centre[0]), math.floor(centre[1])
            if not (0 <= row < height and 0 <= column < width):
                continue
            for i in range(row - reach, row + reach + 1):
                for j in range(column - reach, column + reach + 1):
                    at = j % width if grid.wraps else j
                    if 0 <= i < height and 0 <= at < width:
                        value = math.exp(-((i - row) ** 2 + (j - column) ** 2) / 2 / sigma ** 2)
                        heatmap[cloud, i, at] = max(heatmap[cloud, i, at], value)
        for (x, y), number in zip(coords[own, :2].tolist(), instances[own].tolist(), strict=True):
            i, j = (min(max(math.floor(value), 0), size - 1)
                    for value, size in zip(place(grid, x, y), grid.size, strict=True))
            votes.setdefault((i, j), Counter())[number] += 1
        for (i, j), counts in votes.items():
            number = min(counts, key=lambda one: (-counts[one], one))
            along, around = centres[number][0] - i, centres[number][1] - j
            if grid.wraps:
                around = (around + width / 2) % width - width / 2
            offset[cloud, :, i, j], has_object[cloud, i, j] = (along, around), True
    return heatmap, offset, has_object


def random_objects(seed: int = 0) -> tuple[torch.Tensor, ...]:
    """Points of two clouds, a third of no object; objects overlap, one is outside every grid."""
    generator = torch.Generator().manual_seed(seed)
    middles = torch.rand(8, 3, generator=generator) * 20 - 10
    middles[0] = torch.tensor([40.0, 0.0, 0.0])
    middles[1] = torch.tensor([-9.0, 0.0, 0.0])  # across the end of the angles
    middles[3] = middles[2] + torch.tensor([0.8, 0.0, 0.0])
    numbers = torch.randint(0, 12, (900,), generator=generator)
    coords = torch.where(
        (numbers < 8)[:, None], middles[numbers.clamp_max(7)],
        torch.rand(900, 3, generator=generator) * 24 - 12)
    coords = coords + torch.randn(900, 3, generator=generator) * 0.7
    batch_idx = torch.arange(900) // 500
    # Raw values of the formats, not numbers from 1; negative where there is no object.
    instances = torch.where(numbers < 8, 17001 + 1000 * numbers, -numbers)
    return coords, batch_idx, instances


@pytest.mark.parametrize('coords', GRIDS)
def test_targets_of_random_objects(coords: str) -> None:
    grid, (points, batch_idx, instances) = GRIDS[coords], random_objects()
    is_labelled = instances % 3 != 0
    found = instance_targets(points, batch_idx, instances, is_labelled, 2, grid, sigma=1.5)
    heatmap, offset, has_object = reference(
        points.double().numpy(), batch_idx.numpy(), instances.numpy(), 2, grid, 1.5)
    torch.testing.assert_close(found.heatmap[:, 0].double(), torch.from_numpy(heatmap),
                               rtol=1e-5, atol=1e-6)
    assert np.array_equal(found.has_object.numpy(), has_object)
    torch.testing.assert_close(found.offset.double(), torch.from_numpy(offset),
                               rtol=1e-4, atol=1e-4)
    assert (found.heatmap == 1).sum() > 8 and has_object.sum() > 100
    expected = torch.zeros_like(found.is_labelled)
    for cloud, labelled, (x, y) in zip(
            batch_idx.tolist(), is_labelled.tolist(), points[:, :2].tolist(), strict=True):
        cell = [min(max(math.floor(value), 0), size - 1)
                for value, size in zip(place(grid, x, y), grid.size, strict=True)]
        if labelled:
            expected[cloud, cell[0], cell[1]] = True
    assert torch.equal(found.is_labelled, expected)


def test_cells_point_at_the_cell_of_their_centre() -> None:
    grid, (points, batch_idx, instances) = GRIDS['cylindrical'], random_objects()
    found = instance_targets(points, batch_idx, instances, instances > 0, 2, grid)
    cloud, row, column = found.has_object.nonzero().unbind(1)
    target = torch.stack([row, column], dim=1) + found.offset[cloud, :, row, column]
    inside = target[:, 0] < 20
    cells = grid.cells(torch.stack([target[:, 0], target[:, 1] % 36], dim=1))
    assert (found.heatmap[cloud, 0, cells[:, 0], cells[:, 1]][inside] == 1).all()
    assert 0 < inside.sum() < len(inside)
    assert found.offset[:, 1].abs().max() < 18


@pytest.mark.parametrize('points', [0, 40])
def test_clouds_without_objects(points: int) -> None:
    none = torch.zeros(points, dtype=torch.long)
    found = instance_targets(torch.randn(points, 3), none, none - 5, none == 0, 2,
                             GRIDS['cartesian'])
    assert isinstance(found, InstanceTargets)
    assert found.heatmap.shape == (2, 1, 24, 30) and found.offset.shape == (2, 2, 24, 30)
    assert found.heatmap.abs().sum() == found.offset.abs().sum() == 0
    assert not found.has_object.any() and found.is_labelled.any() == (points > 0)


def test_large_instance_values_do_not_collide() -> None:
    grid = GRIDS['cartesian']
    points = torch.tensor([[0.5, 0.5, 0.0], [5.5, 5.5, 0.0], [0.5, 0.5, 0.0]])
    instances = torch.tensor([2 ** 32 - 1, 2 ** 32 - 2, 2 ** 32 - 1])
    found = instance_targets(points, torch.tensor([0, 0, 1]), instances, instances > 0, 2, grid)
    assert (found.heatmap == 1).nonzero().tolist() == [
        [0, 0, 12, 15], [0, 0, 17, 20], [1, 0, 12, 15]]
