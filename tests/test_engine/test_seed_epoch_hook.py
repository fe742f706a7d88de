"""Draws of an epoch depend on the seed and the epoch, not on what came before."""
from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np
import torch

from mmcrossdistill.engine.hooks import SeedEpochHook
from mmcrossdistill.testing.dist import run_distributed


def draws(seed: int, epoch: int) -> tuple[float, ...]:
    """First numbers of an epoch."""
    SeedEpochHook().before_train_epoch(SimpleNamespace(seed=seed, epoch=epoch))
    return random.random(), np.random.rand(), torch.rand(()).item()


def on_rank(rank: int, world_size: int) -> tuple[float, ...]:
    """First numbers of an epoch on one rank."""
    return draws(0, 1)


def test_an_epoch_repeats_its_draws() -> None:
    first = draws(0, 1)
    torch.rand(17)
    assert draws(0, 1) == first


def test_epochs_and_seeds_and_ranks_differ() -> None:
    found = {draws(0, 0), draws(0, 1), draws(1, 0), draws(1, 1)}
    assert len(found) == 4
    first, second = run_distributed(on_rank)
    assert first != second
