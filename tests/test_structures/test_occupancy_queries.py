"""Places of a batch."""
from __future__ import annotations

import torch

from mmcrossdistill.structures import OccupancyQueries


def item(num_places: int, num_points: int) -> OccupancyQueries:
    """Some places with two points each."""
    return OccupancyQueries(
        torch.randint(3, (num_places,)), torch.randint(num_points, (num_places,)),
        torch.arange(num_places).repeat_interleave(2),
        torch.randint(num_points, (2 * num_places,)), torch.randn(2 * num_places, 3))


def test_a_batch_counts_places_and_points() -> None:
    one, none, other = item(4, 10), item(0, 1), item(3, 7)
    both = OccupancyQueries.cat([one, none, other], [10, 5, 7]).to('cpu')
    assert len(both) == 7
    assert torch.equal(both.kind, torch.cat([one.kind, other.kind]))
    assert torch.equal(both.source[4:], other.source + 15)
    assert torch.equal(both.query_idx[8:], other.query_idx + 4)
    assert torch.equal(both.point_idx[8:], other.point_idx + 15)
    assert torch.equal(both.offset, torch.cat([one.offset, other.offset]))


def test_pairs_move_to_voxels_and_sources_stay() -> None:
    queries = item(4, 10)
    moved = queries.remap_points(torch.arange(10) // 3)
    assert torch.equal(moved.point_idx, queries.point_idx // 3)
    assert torch.equal(moved.source, queries.source)
