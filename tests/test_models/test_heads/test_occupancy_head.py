"""The occupancy loss against loops over places and points."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.heads import OccupancyHead
from mmcrossdistill.structures import OccupancyQueries


def places() -> OccupancyQueries:
    """Five places: inside with three points, outside with one, three far of which one has two."""
    return OccupancyQueries(
        torch.tensor([0, 1, 2, 2, 2]), torch.tensor([3, 0, 1, 1, 2]),
        torch.tensor([0, 0, 0, 1, 3, 3]), torch.tensor([3, 2, 0, 0, 1, 2]), torch.randn(6, 3))


@pytest.mark.parametrize('mean_over', ['query', 'pair'])
def test_equals_the_loop(mean_over: str) -> None:
    torch.manual_seed(0)
    head = OccupancyHead(4, 8, mean_over=mean_over, loss_weight=0.5, intensity_weight=2.0)
    feats, queries, intensity = torch.randn(4, 4), places(), torch.rand(4)
    found = head.loss(feats, queries, intensity)
    by_place: dict[int, list] = {}
    for place, point, offset in zip(
            queries.query_idx.tolist(), queries.point_idx, queries.offset, strict=True):
        logit, value = head.layers(torch.cat([feats[point], offset]))
        label = 1.0 if queries.kind[place] == 0 else 0.0
        by_place.setdefault(place, []).append((
            F.binary_cross_entropy_with_logits(logit, torch.tensor(label)),
            (value - intensity[queries.source[place]]).abs()))
    near = [rows for place, rows in by_place.items() if queries.kind[place] != 2]
    for column, groups, name, weight in (
            (0, list(by_place.values()), 'loss_occupancy', 0.5), (1, near, 'loss_intensity', 2.0)):
        values = [torch.stack([row[column] for row in rows]) for rows in groups]
        expected = (torch.cat(values).mean() if mean_over == 'pair'
                    else torch.stack([value.mean() for value in values]).mean())
        assert found[name].item() == pytest.approx(weight * expected.item(), rel=1e-5), name
    assert found['far_places_used'].item() == pytest.approx(1 / 3)
    right = sum(float((row > 0) == (kind == 0)) for row, kind in zip(
        head(feats, queries)[:, 0], queries.kind[queries.query_idx], strict=True))
    assert found['occupancy_accuracy'].item() == pytest.approx(right / 6)


def test_the_default_has_no_intensity() -> None:
    head = OccupancyHead(4, 8)
    found = head.loss(torch.randn(4, 4), places(), torch.rand(4))
    assert 'loss_intensity' not in found and head.layers[-1].out_features == 1
    assert sum(isinstance(layer, torch.nn.Linear) for layer in head.layers) == 4


def test_without_pairs_it_is_a_zero_with_gradient() -> None:
    head = OccupancyHead(4, 8, intensity_weight=1.0)
    empty = OccupancyQueries(
        *(torch.zeros(0, dtype=torch.int64) for _ in range(4)), torch.zeros(0, 3))
    found = head.loss(torch.randn(4, 4), empty, torch.rand(4))
    (found['loss_occupancy'] + found['loss_intensity']).backward()
    assert found['loss_occupancy'].item() == 0 == found['far_places_used'].item()
    assert all(parameter.grad is not None for parameter in head.parameters())


def test_bad_settings_are_refused() -> None:
    with pytest.raises(ValueError, match='mean_over'):
        OccupancyHead(mean_over='cloud')
    with pytest.raises(ValueError, match='num_layers'):
        OccupancyHead(num_layers=1)
