"""PETR: one process equals two, also where a rank has no box."""
from __future__ import annotations

import pytest
import torch
from torch.nn.parallel import DistributedDataParallel

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.dist import run_distributed
from mmcrossdistill.testing.multi_view import random_multi_view_sample, tiny_petr_cfg
from mmcrossdistill.testing.tiny import collate

FROZEN = dict(type='ViT', arch='test_tiny', feature='norm', frozen=True)


def step(counts: tuple[int, ...], rows: slice, parallel: bool) -> dict:
    """Loss and gradients of some samples of one batch."""
    torch.manual_seed(0)
    model = MODELS.build(tiny_petr_cfg(backbone_2d=FROZEN)).train()
    batch = model.data_preprocessor(collate([
        random_multi_view_sample(2, count, seed) for seed, count in enumerate(counts)][rows]), True)
    forward = DistributedDataParallel(model) if parallel else model  # alive until the gradients are
    loss, _ = model.parse_losses(forward(**batch, mode='loss'))
    loss.backward()
    return dict(loss=loss, grads=[parameter.grad for parameter in model.head.parameters()])


def one_rank(rank: int, world_size: int, counts: tuple[int, ...]) -> dict:
    """The part of one rank."""
    share = len(counts) // world_size
    return step(counts, slice(rank * share, (rank + 1) * share), True)


@pytest.mark.parametrize('counts', [(4, 1), (3, 0), (0, 0)])
def test_two_processes_equal_one(counts: tuple[int, ...]) -> None:
    one = step(counts, slice(None), False)
    two = run_distributed(one_rank, args=(counts,))
    torch.testing.assert_close(
        sum(rank['loss'] for rank in two) / 2, one['loss'].detach(), rtol=1e-4, atol=1e-5)
    for rank in two:
        for ours, theirs in zip(rank['grads'], one['grads'], strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-5)
