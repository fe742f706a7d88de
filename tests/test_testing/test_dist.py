"""The gloo pool: order of results, collectives inside, and errors of one rank."""
from __future__ import annotations

import pytest
import torch
import torch.distributed as dist

from mmcrossdistill.testing.dist import run_distributed


def _reduce(rank: int, world_size: int, scale: float) -> dict:
    """Sum a per-rank tensor over the group."""
    value = torch.full((2,), float(rank + 1), requires_grad=True) * scale
    total = value.detach().clone()
    dist.all_reduce(total)
    return {'rank': rank, 'value': [value], 'total': total, 'world_size': world_size}


def _fail_on_rank_one(rank: int, world_size: int) -> None:
    """Leave rank 0 waiting in a collective that rank 1 never joins."""
    if rank == 1:
        raise ValueError('rank one has a problem')
    dist.all_reduce(torch.ones(1))


def test_results_come_back_in_rank_order_and_detached():
    results = run_distributed(_reduce, world_size=2, args=(10.0,))
    assert [item['rank'] for item in results] == [0, 1]
    assert all(torch.equal(item['total'], torch.full((2,), 30.0)) for item in results)
    assert torch.equal(results[1]['value'][0], torch.full((2,), 20.0))
    assert not results[0]['value'][0].requires_grad


def test_an_error_of_one_rank_is_reported_and_the_others_do_not_hang():
    with pytest.raises(RuntimeError, match='(?s)rank 1 of 2 failed.*rank one has a problem'):
        run_distributed(_fail_on_rank_one)
