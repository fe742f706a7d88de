"""Samples per second and peak memory in the training log."""
from __future__ import annotations

import resource
import sys
from collections import deque
from typing import Any

import torch
from mmengine.dist import get_world_size
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmcrossdistill.registry import HOOKS


@HOOKS.register_module()
class ThroughputHook(Hook):
    """Log ``samples_per_s`` of all ranks and ``peak_memory_mb`` of this one.

    The rate is the samples over the seconds of the steps in the log's window, waiting for data
    included; it needs ``IterTimerHook``. Memory is what CUDA's allocator held at most, on the
    CPU the largest resident size of the training process (its data-loading workers not counted).
    """

    # After IterTimerHook, which measures, and before LoggerHook, which prints.
    priority = 'NORMAL'

    def before_train(self, runner: Runner) -> None:
        """Start with an empty window.

        Args:
            runner: the runner.
        """
        self._steps: deque[tuple[int, float]] = deque(maxlen=runner.log_processor.window_size)

    def after_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None,
                         outputs: dict | None = None) -> None:
        """Log one step.

        Args:
            runner: the runner.
            batch_idx: of the epoch.
            data_batch: as the loader gave it; without ``data_samples`` no rate is logged.
            outputs: of the step.
        """
        hub = runner.message_hub
        hub.update_scalar('train/peak_memory_mb', peak_memory_mb())
        if 'data_samples' not in data_batch:
            return
        samples = len(data_batch['data_samples']) * get_world_size()
        self._steps.append((samples, float(hub.get_scalar('train/time').current())))
        total, seconds = map(sum, zip(*self._steps, strict=True))
        hub.update_scalar('train/samples_per_s', total / max(seconds, 1e-9))


def peak_memory_mb() -> float:
    """Largest memory of this process so far.

    Returns:
        MiB: of CUDA's allocator where CUDA is in use, else the resident size.
    """
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2 ** 20
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (2 ** 20 if sys.platform == 'darwin' else 2 ** 10)
