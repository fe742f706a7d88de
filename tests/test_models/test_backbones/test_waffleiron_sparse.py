"""The sparse pair of convolutions equals the dense one at occupied cells."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from mmcrossdistill.models.backbones.waffleiron_sparse import build_stencil, sparse_conv_pair


def conv_pair(channels: int) -> nn.Sequential:
    """The two depth-wise convolutions of a spatial mix, in double precision."""
    return nn.Sequential(*(
        nn.Conv2d(channels, channels, 3, padding=1, groups=channels), nn.ReLU(),
        nn.Conv2d(channels, channels, 3, padding=1, groups=channels))).double()


def both_ways(occupied: Tensor, ffn: nn.Sequential, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Results at the occupied cells: sparse, dense."""
    cells = occupied.flatten().nonzero().squeeze(1)
    maps = rows.new_zeros(occupied.numel(), rows.shape[1]).index_copy(0, cells, rows)
    dense = ffn(maps.view(*occupied.shape, -1).permute(0, 3, 1, 2))
    dense = dense.permute(0, 2, 3, 1).flatten(0, 2)[cells]
    first, last = ((ffn[index].weight, ffn[index].bias) for index in (0, 2))
    return sparse_conv_pair(rows, first, last, build_stencil(occupied, cells)), dense


@pytest.mark.parametrize('share', [0.02, 0.3, 1.0])
def test_equals_dense_with_gradients(share: float) -> None:
    # Borders and corners are occupied, and the clouds of the batch must not touch each other.
    occupied = torch.rand(2, 9, 13) <= share
    occupied[:, 0, 0] = occupied[:, -1, -1] = occupied[0, 4, 0] = occupied[1, 4, -1] = True
    ffn = conv_pair(3)
    rows = torch.randn(int(occupied.sum()), 3, dtype=torch.float64, requires_grad=True)
    sparse, dense = both_ways(occupied, ffn, rows)
    torch.testing.assert_close(sparse, dense)
    weight = torch.randn_like(dense)
    wanted = [rows, *ffn.parameters()]
    torch.testing.assert_close(
        torch.autograd.grad(sparse, wanted, weight), torch.autograd.grad(dense, wanted, weight))


def test_without_occupied_cells() -> None:
    ffn = conv_pair(3)
    rows = torch.empty(0, 3, dtype=torch.float64, requires_grad=True)
    sparse, _ = both_ways(torch.zeros(1, 4, 4, dtype=torch.bool), ffn, rows)
    sparse.sum().backward()
    assert sparse.shape == (0, 3)
    assert all(parameter.grad.eq(0).all() for parameter in ffn.parameters())
