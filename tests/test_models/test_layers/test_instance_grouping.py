"""Objects from centres and offsets, against loops."""
from __future__ import annotations

import math

import pytest
import torch

from mmcrossdistill.models.layers.bev_grid import BevGrid
from mmcrossdistill.models.layers.instance_grouping import (
    find_centres,
    group_objects,
    nearest_centres,
    vote,
)
from mmcrossdistill.models.layers.instance_targets import instance_targets

FLAT = BevGrid((12, 14), 'cartesian', (0.0, 0.0), (12.0, 14.0))
ROUND = BevGrid((12, 14), high=(12.0, 180.0))


@pytest.mark.parametrize('grid', [FLAT, ROUND], ids=['cartesian', 'cylindrical'])
def test_centres_are_the_highest_of_their_neighbourhoods(grid: BevGrid) -> None:
    heatmap = torch.rand(12, 14)
    expected = []
    for i in range(12):
        for j in range(14):
            around = [heatmap[a, b % 14] for a in range(max(i - 1, 0), min(i + 2, 12))
                      for b in range(j - 1, j + 2) if grid.wraps or 0 <= b < 14]
            if heatmap[i, j] > 0.6 and heatmap[i, j] == max(around):
                expected.append((-heatmap[i, j].item(), [i, j]))
    found = find_centres(heatmap, grid, threshold=0.6, kernel_size=3)
    assert found.tolist() == [cell for _, cell in sorted(expected)]
    assert len(found) > 8
    assert torch.equal(find_centres(heatmap, grid, 0.6, 3, top_k=4), found[:4])


def test_two_peaks_beside_the_end_of_the_angles_are_one() -> None:
    heatmap = torch.zeros(12, 14)
    heatmap[5, 0], heatmap[5, 13] = 0.9, 0.8
    assert find_centres(heatmap, FLAT).tolist() == [[5, 0], [5, 13]]
    assert find_centres(heatmap, ROUND).tolist() == [[5, 0]]


@pytest.mark.parametrize('grid', [FLAT, ROUND], ids=['cartesian', 'cylindrical'])
def test_nearest_centres(grid: BevGrid) -> None:
    places, centres = torch.rand(60, 2) * 14, torch.randint(12, (9, 2)).unique(dim=0)
    for (x, y), found in zip(
            places.tolist(), nearest_centres(places, centres, grid).tolist(), strict=True):
        def distance(row: int, x: float = x, y: float = y) -> float:
            around = abs(y - centres[row, 1].item() - 0.5)
            return math.hypot(x - centres[row, 0].item() - 0.5,
                              min(around, 14 - around) if grid.wraps else around)
        assert distance(found) == pytest.approx(min(map(distance, range(len(centres)))), abs=1e-5)


def test_votes_are_for_things_of_any_indices() -> None:
    probs = torch.tensor([
        # Class 0 and 3 are stuff; the published code would choose among 0 to 3.
        [0.9, 0.0, 0.05, 0.0, 0.05], [0.4, 0.1, 0.2, 0.0, 0.3], [0.0, 0.1, 0.4, 0.5, 0.0],
        [0.2, 0.3, 0.1, 0.3, 0.1]])
    group = torch.tensor([0, 0, 1, 3])
    assert vote(probs, group, 4, (1, 2, 4)).tolist() == [4, 2, 1, 1]
    assert vote(probs, group, 4, (4, 2, 1))[2] == 4


def one_hot_scores(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    """Scores whose best class is the label."""
    return 5.0 * torch.nn.functional.one_hot(labels, num_classes).float()


@pytest.mark.parametrize('grid', [FLAT, ROUND], ids=['cartesian', 'cylindrical'])
def test_perfect_maps_give_the_objects_back(grid: BevGrid) -> None:
    """Three things and stuff; what the targets say, read back, is what was there."""
    middles = torch.tensor([[3.0, 4.0], [9.0, 4.0], [5.0, 11.0]])
    if grid.wraps:  # the first one lies across the end of the angles
        middles = torch.tensor([[-6.0, 0.0], [6.0, 0.0], [0.0, 9.0]])
    numbers = torch.arange(200) % 4
    xy = torch.where((numbers > 0)[:, None], middles[(numbers - 1).clamp_min(0)],
                     torch.rand(200, 2) * 10)
    xy = xy + torch.rand(200, 2) - 0.5
    coords = torch.cat([xy, torch.zeros(200, 1)], dim=1)
    labels = torch.tensor([0, 1, 4, 1])[numbers]
    zero = torch.zeros(200, dtype=torch.long)
    target = instance_targets(coords, zero, numbers, numbers >= 0, 1, grid, sigma=1.0)
    found, instances = group_objects(
        one_hot_scores(labels, 5), grid.cells(grid.locate(xy)), target.heatmap[0, 0],
        target.offset[0], grid, (1, 4))
    assert torch.equal(found, labels)
    assert (instances[numbers == 0] == 0).all()
    groups = [set(instances[numbers == number].tolist()) for number in (1, 2, 3)]
    assert all(len(group) == 1 for group in groups) and set.union(*groups) == {1, 2, 3}


def test_an_object_gets_one_class() -> None:
    labels = torch.tensor([1, 1, 4, 0])
    heatmap = torch.zeros(12, 14)
    heatmap[4, 4] = 1.0
    cells = torch.tensor([[4, 4], [4, 5], [3, 4], [4, 4]])
    found, instances = group_objects(
        one_hot_scores(labels, 5), cells, heatmap, torch.zeros(2, 12, 14), FLAT, (1, 4))
    assert found.tolist() == [1, 1, 1, 0] and instances.tolist() == [1, 1, 1, 0]


def test_without_centres_or_things_there_are_no_objects() -> None:
    labels, cells = torch.tensor([1, 4, 0]), torch.zeros(3, 2, dtype=torch.long)
    low = torch.full((12, 14), 0.1)
    found, instances = group_objects(
        one_hot_scores(labels, 5), cells, low, torch.zeros(2, 12, 14), FLAT, (1, 4))
    assert torch.equal(found, labels) and instances.tolist() == [0, 0, 0]
    found, instances = group_objects(
        one_hot_scores(labels * 0, 5), cells, low * 9, torch.zeros(2, 12, 14), FLAT, (1, 4))
    assert found.tolist() == [0, 0, 0] and instances.tolist() == [0, 0, 0]


def test_an_empty_cloud() -> None:
    found, instances = group_objects(
        torch.zeros(0, 5), torch.zeros(0, 2, dtype=torch.long), torch.eye(12, 14),
        torch.zeros(2, 12, 14), FLAT, (1, 4))
    assert found.shape == instances.shape == (0,)
