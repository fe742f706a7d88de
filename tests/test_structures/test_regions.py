"""Numbering the regions that hold a pair."""
from __future__ import annotations

import torch

from mmcrossdistill.structures import Correspondence, Regions


def pairs(places: list[tuple[int, float, float]]) -> Correspondence:
    """Pairs at (view, u, v)."""
    view, *uv = zip(*places, strict=True)
    return Correspondence(
        torch.arange(len(places)), torch.tensor(view), torch.tensor(uv).T.contiguous())


def test_rows_go_view_after_view_and_leave_out_what_no_pair_hits() -> None:
    superpixels = torch.tensor([[[7, 7, 2], [300, 2, -1]], [[7, 7, 7], [0, 0, 7]]])
    regions, corr = Regions.build(superpixels, pairs([
        (1, 0.5, 1.2), (0, 2.9, 0.1), (0, 0.0, 1.0), (0, 2.5, 1.5), (1, 1.7, 1.0)]))
    # Occupied: 2 and 300 of the first view, 0 of the second; the fourth pair has no region.
    assert regions.per_view == (2, 1) and regions.num_rows == 3
    assert regions.row.tolist() == [[[3, 3, 0], [1, 0, 3]], [[3, 3, 3], [2, 2, 3]]]
    assert corr.region_id.tolist() == [2, 0, 1, 3, 2]


def test_without_pairs_there_are_no_rows() -> None:
    regions, corr = Regions.build(torch.zeros(2, 3, 4, dtype=torch.int32), Correspondence.empty())
    assert regions.per_view == (0, 0) and (regions.row == 0).all() and len(corr.region_id) == 0
    assert regions.to('cpu').num_rows == 0


def test_batches_shift_rows_and_keep_the_unassigned_apart() -> None:
    maps = [torch.tensor([[[0, 1]]]), torch.tensor([[[5, -1]], [[2, 2]]])]
    corrs = [pairs([(0, 1.0, 0.0)]), pairs([(0, 0.0, 0.0), (0, 1.0, 0.0), (1, 0.0, 0.0)])]
    parts = [Regions.build(*item) for item in zip(maps, corrs, strict=True)]
    whole = Regions.cat([regions for regions, _ in parts])
    assert whole.per_view == (1, 1, 1)
    assert whole.row.tolist() == [[[3, 0]], [[1, 3]], [[2, 2]]]
    rows = Regions.cat_rows([corr.region_id for _, corr in parts], [r for r, _ in parts])
    assert rows.tolist() == [0, 1, 3, 2]
