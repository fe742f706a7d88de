"""RowBatchNorm: torch's batch norm in one process, the same numbers in two."""
from __future__ import annotations

import pytest
import torch
from torch import nn

from mmcrossdistill.models.layers.row_batch_norm import RowBatchNorm
from mmcrossdistill.testing.dist import run_distributed


def data() -> tuple[torch.Tensor, torch.Tensor]:
    """Rows and the weights of their loss."""
    generator = torch.Generator().manual_seed(3)
    return torch.randn(12, 4, generator=generator), torch.randn(12, 4, generator=generator)


def one_rank(rank: int, world_size: int, splits: list[int]) -> dict[str, torch.Tensor]:
    """Forward and backward on this rank's rows."""
    rows, weight = (part.split(splits)[rank] for part in data())
    layer, rows = RowBatchNorm(4), rows.clone().requires_grad_()
    out = layer(rows)
    (out * weight).sum().backward()
    return dict(out=out, grad=rows.grad, weight=layer.weight.grad,
                mean=layer.running_mean, var=layer.running_var)


@pytest.mark.parametrize('splits', [[7, 5], [12, 0]])
def test_two_processes_equal_one(splits: list[int]) -> None:
    ranks = run_distributed(one_rank, args=(splits,))
    rows, weight = data()
    layer, rows = nn.BatchNorm1d(4), rows.clone().requires_grad_()
    out = layer(rows)
    (out * weight).sum().backward()
    torch.testing.assert_close(torch.cat([r['out'] for r in ranks]), out.detach())
    torch.testing.assert_close(torch.cat([r['grad'] for r in ranks]), rows.grad)
    torch.testing.assert_close(sum(r['weight'] for r in ranks), layer.weight.grad)
    for rank in ranks:
        torch.testing.assert_close(rank['mean'], layer.running_mean)
        torch.testing.assert_close(rank['var'], layer.running_var)


def test_one_process_is_torchs_batch_norm() -> None:
    ours, theirs = RowBatchNorm(4), nn.BatchNorm1d(4)
    torch.testing.assert_close(ours(data()[0]), theirs(data()[0]))


def test_a_single_row_uses_the_running_statistics() -> None:
    layer = RowBatchNorm(4)
    row = torch.randn(1, 4)
    torch.testing.assert_close(layer(row), row / (1 + layer.eps) ** 0.5)
    assert layer.num_batches_tracked == 0
