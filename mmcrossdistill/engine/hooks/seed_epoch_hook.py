"""Random draws that a resumed run repeats."""
from __future__ import annotations

import random

import numpy as np
import torch
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmcrossdistill.registry import HOOKS


@HOOKS.register_module()
class SeedEpochHook(Hook):
    """Seed the generators of each process anew at every epoch, from seed, epoch and rank.

    A model that draws in its forward pass (pairs, codes) advances the global generators, whose
    state is in no checkpoint: a run resumed after an epoch would draw other numbers than one that
    was never interrupted. Loaders' workers have seeds of their own.
    """

    def before_train_epoch(self, runner: Runner) -> None:
        """Seed random, NumPy and torch, the device included.

        Args:
            runner: the runner.
        """
        sequence = np.random.SeedSequence([runner.seed, runner.epoch, get_rank()])
        seed = int(sequence.generate_state(1)[0])
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
