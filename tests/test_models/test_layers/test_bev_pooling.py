"""Maxima over columns, against a loop."""
from __future__ import annotations

import torch

from mmcrossdistill.models.layers.bev_grid import BevGrid
from mmcrossdistill.models.layers.bev_pooling import max_over_columns

GRID = BevGrid((3, 4), 'cartesian', (0.0, 0.0), (3.0, 4.0))


def test_maxima_over_cells() -> None:
    rows, cells = torch.randn(50, 5), torch.randint(3, (50, 2))
    batch_idx = torch.arange(50) // 30
    view = max_over_columns(rows, cells, batch_idx, 3, GRID)
    assert view.shape == (3, 5, 3, 4)
    for cloud in range(3):
        for row in range(3):
            for column in range(4):
                own = rows[(batch_idx == cloud) & (cells == torch.tensor([row, column])).all(1)]
                expected = own.max(dim=0).values if len(own) else torch.zeros(5)
                assert torch.equal(view[cloud, :, row, column], expected)
    assert (view[1] < 0).any() and (view[2] == 0).all()


def test_gradients_reach_the_maxima_only() -> None:
    rows = torch.tensor([[1.0], [3.0], [2.0]], requires_grad=True)
    cells = torch.tensor([[0, 0], [0, 0], [1, 1]])
    max_over_columns(rows, cells, torch.zeros(3, dtype=torch.long), 1, GRID).sum().backward()
    assert rows.grad.flatten().tolist() == [0.0, 1.0, 1.0]
