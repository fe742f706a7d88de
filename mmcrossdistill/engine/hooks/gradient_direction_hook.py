"""Switch the direction of distillation inside one run."""
from __future__ import annotations

import copy
from collections.abc import Sequence

from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner

from mmcrossdistill.registry import HOOKS


@HOOKS.register_module()
class GradientDirectionHook(Hook):
    """Follow a schedule of phases, each with a direction, optimizer and data of its own.

    At a switch the trainable parameters change. A mere flip of ``requires_grad`` would leave the
    newly trainable gradients unsynchronised under DistributedDataParallel and the optimizer
    without them, so the model is unwrapped, switched and wrapped again, and the optimizer and its
    schedules are rebuilt (their state starts anew, as in a second run). Resuming replays the phase
    that the checkpoint was saved in before its optimizer state is loaded.

    Args:
        phases: dicts with ``begin`` (epoch, 0 for the first), ``direction`` and optionally
            ``optim_wrapper``, ``param_scheduler`` and ``train_dataloader``, which default to those
            of the config. Schedules count from the start of their phase.

    Raises:
        ValueError: if the phases do not start at epoch 0 or are not in order.
    """

    priority = 'VERY_HIGH'

    def __init__(self, phases: Sequence[dict]) -> None:
        begins = [phase['begin'] for phase in phases]
        if not begins or begins[0] != 0 or begins != sorted(set(begins)):
            raise ValueError(f'phases must begin at epoch 0 and rise, got {begins}')
        self.phases = [dict(phase) for phase in phases]
        self._active = -1

    def _due(self, epoch: int) -> int:
        """Index of the phase of an epoch."""
        return max(i for i, phase in enumerate(self.phases) if phase['begin'] <= epoch)

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """On resume, enter the saved phase before the optimizer state is loaded.

        Args:
            runner: the runner.
            checkpoint: the loaded checkpoint.
        """
        if runner._resume and 'optimizer' in checkpoint:
            self._enter(runner, self._due(max(checkpoint['meta']['epoch'] - 1, 0)))

    def before_train_epoch(self, runner: Runner) -> None:
        """Enter the phase that is due.

        Args:
            runner: the runner.
        """
        due = self._due(runner.epoch)
        if due != self._active:
            self._enter(runner, due)

    def _enter(self, runner: Runner, index: int) -> None:
        """Switch direction, optimizer, schedules and data."""
        phase, first = self.phases[index], self._active == -1 and index == 0
        self._active = index
        wrapped = is_model_wrapper(runner.model)
        model = runner.model.module if wrapped else runner.model
        model.set_direction(phase['direction'])
        if wrapped:
            runner.model = runner.wrap_model(runner.cfg.get('model_wrapper_cfg'), model)
        optim_wrapper = phase.get('optim_wrapper', runner.cfg.optim_wrapper)
        runner.optim_wrapper = runner.build_optim_wrapper(copy.deepcopy(optim_wrapper))
        runner.optim_wrapper.initialize_count_status(
            runner.model, runner.train_loop.iter, runner.train_loop.max_iters)
        schedulers = phase.get('param_scheduler', runner.cfg.get('param_scheduler'))
        runner.param_schedulers = [] if schedulers is None else runner.build_param_scheduler(
            copy.deepcopy(schedulers))
        if 'train_dataloader' in phase:
            runner.train_loop.dataloader = runner.build_dataloader(
                copy.deepcopy(phase['train_dataloader']), seed=runner.seed,
                diff_rank_seed=runner._randomness_cfg.get('diff_rank_seed', False))
        what = 'starts in' if first else 'enters'
        print_log(f'the run {what} phase {index}: {phase["direction"]}', logger='current')
