"""Tests of PointBatch."""
from __future__ import annotations

import torch

from mmcrossdistill.structures import PointBatch


def test_move_keeps_every_field() -> None:
    batch = PointBatch(
        torch.zeros(4, 3), torch.ones(4, 5), torch.tensor([0, 0, 2, 2]), None, batch_size=3)
    moved = batch.to('cpu')
    assert len(moved) == 4
    assert moved.neighbors is None
    assert moved.batch_size == 3
    assert torch.equal(moved.batch_idx, batch.batch_idx)
    assert moved.to(torch.device('meta')).coords.device.type == 'meta'
