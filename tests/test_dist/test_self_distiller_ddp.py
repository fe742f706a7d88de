"""One process equals two gloo processes in self-distillation, also where a rank has no mask."""
from __future__ import annotations

import pytest
import torch
from torch.nn.parallel import DistributedDataParallel

from mmcrossdistill.models.losses import sinkhorn_knopp
from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.dist import run_distributed
from mmcrossdistill.testing.tiny import (
    collate,
    random_multi_crop_sample,
    tiny_self_distiller_cfg,
)

ALL_MASKED, ONE_RANK_WITHOUT = (True,) * 4, (True, True, False, False)


def step(wrap: type | None, masked: tuple[bool, ...], first: int) -> dict:
    """Losses and gradients of one batch."""
    torch.manual_seed(0)
    model = MODELS.build(tiny_self_distiller_cfg()).train()
    with torch.no_grad():
        for parameter in model.student.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    forward = model if wrap is None else wrap(model)
    samples = [random_multi_crop_sample(first + i, masked=m) for i, m in enumerate(masked)]
    losses = forward(**model.data_preprocessor(collate(samples), True), mode='loss')
    model.parse_losses(losses)[0].backward()
    grads = {n: p.grad.clone() for n, p in model.named_parameters() if p.requires_grad}
    return dict(losses=losses, grads=grads)


def one_rank(rank: int, world_size: int) -> dict:
    """What one rank of two computes, in one start of the processes."""
    torch.manual_seed(0)
    logits = torch.randn(7, 4)
    return dict(
        steps=[step(DistributedDataParallel, masked[2 * rank:2 * rank + 2], 2 * rank)
               for masked in (ALL_MASKED, ONE_RANK_WITHOUT)],
        five_and_two=sinkhorn_knopp(logits[:5] if rank == 0 else logits[5:], 0.2),
        seven_and_none=sinkhorn_knopp(logits if rank == 0 else logits[:0], 0.2))


@pytest.fixture(scope='module')
def two() -> list[dict]:
    """Results of both ranks."""
    return run_distributed(one_rank)


@pytest.mark.parametrize('case,masked', [(0, ALL_MASKED), (1, ONE_RANK_WITHOUT)])
def test_two_processes_equal_one(two: list[dict], case: int, masked: tuple[bool, ...]) -> None:
    one = step(None, masked, 0)
    ranks = [rank['steps'][case] for rank in two]
    for name, value in one['losses'].items():
        mean = sum(rank['losses'][name] for rank in ranks) / 2
        torch.testing.assert_close(mean, value.detach(), rtol=1e-5, atol=1e-6, msg=name)
    for rank in ranks:
        for name, grad in one['grads'].items():
            torch.testing.assert_close(rank['grads'][name], grad, rtol=1e-3, atol=1e-6, msg=name)


def test_assignments_count_the_rows_of_all_ranks(two: list[dict]) -> None:
    torch.manual_seed(0)
    expected = sinkhorn_knopp(torch.randn(7, 4), 0.2)
    for name in ('five_and_two', 'seven_and_none'):
        torch.testing.assert_close(torch.cat([rank[name] for rank in two]), expected)
