"""Rows of a single process; those of two are checked by KoLeo in tests/test_dist."""
from __future__ import annotations

import torch

from mmcrossdistill.models.layers.gather_rows import gather_rows


def test_one_process_has_its_own_rows_with_their_gradient() -> None:
    rows = torch.randn(3, 2, requires_grad=True)
    gathered = gather_rows(rows)
    gathered.square().sum().backward()
    assert torch.equal(gathered, rows) and torch.equal(rows.grad, 2 * rows.detach())
