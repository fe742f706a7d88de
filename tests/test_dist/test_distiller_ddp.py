"""One process equals two gloo processes, in loss and gradients, for both stages."""
from __future__ import annotations

import pytest
import torch
from torch.nn.parallel import DistributedDataParallel

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.dist import run_distributed
from mmcrossdistill.testing.tiny import collate, random_sample, tiny_distiller_cfg

# Pairs per sample: ranks of very different weight, and a rank without any.
UNEVEN, ONE_RANK_EMPTY = (40, 30, 5, 2), (40, 30, 0, 0)


def samples(pairs: tuple[int, ...]) -> list[dict]:
    """Four samples."""
    return [random_sample(seed=seed, num_pairs=count) for seed, count in enumerate(pairs)]


def step(model: torch.nn.Module, batch: list[dict], forward: torch.nn.Module) -> dict:
    """Loss and gradients of one batch."""
    data = model.data_preprocessor(collate(batch), True)
    losses = forward(**data, mode='loss')
    losses['loss_distill'].backward()
    grads = {n: p.grad for n, p in model.named_parameters() if p.requires_grad}
    buffers = {n: b for n, b in model.named_buffers() if 'running' in n}
    return dict(loss=losses['loss_distill'], grads=grads, buffers=buffers)


def one_rank(rank: int, world_size: int, direction: str, pairs: tuple[int, ...]) -> dict:
    """The step of one rank of two."""
    torch.manual_seed(0)
    model = MODELS.build(tiny_distiller_cfg(direction)).train()
    return step(model, samples(pairs)[2 * rank:2 * rank + 2], DistributedDataParallel(model))


@pytest.mark.parametrize('direction,pairs', [
    ('image_to_lidar', UNEVEN), ('lidar_to_image', UNEVEN), ('image_to_lidar', ONE_RANK_EMPTY),
    ('lidar_to_image', ONE_RANK_EMPTY)])
def test_two_processes_equal_one(direction: str, pairs: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    model = MODELS.build(tiny_distiller_cfg(direction)).train()
    one = step(model, samples(pairs), model)
    two = run_distributed(one_rank, args=(direction, pairs))
    mean_loss = sum(rank['loss'] for rank in two) / 2
    torch.testing.assert_close(mean_loss, one['loss'].detach(), rtol=1e-5, atol=1e-6)
    assert one['grads'], 'a stage must train something'
    for rank in two:
        for name, grad in one['grads'].items():
            torch.testing.assert_close(rank['grads'][name], grad, rtol=1e-3, atol=1e-6, msg=name)
        for name, value in one['buffers'].items():
            torch.testing.assert_close(rank['buffers'][name], value, rtol=1e-4, atol=1e-6, msg=name)
