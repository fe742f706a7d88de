"""The schedules of self-distillation, and the step of its teacher."""
from __future__ import annotations

import math
from typing import Any

from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner

from mmcrossdistill.models.distillers import SelfDistiller
from mmcrossdistill.registry import HOOKS


@HOOKS.register_module()
class ScheduleSelfDistillHook(Hook):
    """Drive a :class:`SelfDistiller`.

    Every value is a function of the iteration alone and the teacher is a part of the checkpoint,
    so a resumed run goes on as if it had not stopped. Shares count from the start of the whole run.
    Source: DINOv2's training recipe; its 100 epochs are the whole run here.

    Args:
        momentum: of the teacher, first and last value; cosine between them.
        teacher_temperature: first and last value; linear between them.
        temperature_warmup ([0, 1]): share of the run after which the last temperature is reached.
        hold_prototypes ([0, 1]): share of the run during which the student's prototypes stay.

    Raises:
        ValueError: if a momentum or share is outside [0, 1] or a temperature is not positive.
    """

    def __init__(
        self,
        momentum: tuple[float, float] = (0.992, 1.0),
        teacher_temperature: tuple[float, float] = (0.04, 0.07),
        temperature_warmup: float = 0.3,
        hold_prototypes: float = 0.01,
    ) -> None:
        if not all(0 <= value <= 1 for value in (*momentum, temperature_warmup, hold_prototypes)):
            raise ValueError(
                f'momentum={momentum}, temperature_warmup={temperature_warmup} and '
                f'hold_prototypes={hold_prototypes} must lie in [0, 1]')
        if min(teacher_temperature) <= 0:
            raise ValueError(f'teacher_temperature={teacher_temperature} must be positive')
        self.momentum = tuple(momentum)
        self.teacher_temperature = tuple(teacher_temperature)
        self.temperature_warmup = temperature_warmup
        self.hold_prototypes = hold_prototypes

    def momentum_at(self, done: float) -> float:
        """Momentum of the teacher.

        Args:
            done ([0, 1]): share of the run.
        """
        first, last = self.momentum
        return last - (last - first) * (1 + math.cos(math.pi * done)) / 2

    def temperature_at(self, done: float) -> float:
        """Temperature of the teacher.

        Args:
            done ([0, 1]): share of the run.
        """
        first, last = self.teacher_temperature
        share = min(done / self.temperature_warmup, 1.0) if self.temperature_warmup else 1.0
        return first + (last - first) * share

    def before_train(self, runner: Runner) -> None:
        """Check the model.

        Args:
            runner: the runner.

        Raises:
            TypeError: if it is no SelfDistiller.
        """
        if not isinstance(_model(runner), SelfDistiller):
            raise TypeError(
                f'ScheduleSelfDistillHook drives a SelfDistiller, model.type is '
                f'{type(_model(runner)).__name__}; remove the hook from custom_hooks')

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Set what the next step uses.

        Args:
            runner: the runner.
            batch_idx: of the epoch.
            data_batch: the batch.
        """
        done = runner.iter / runner.max_iters
        model = _model(runner)
        model.teacher_temperature = self.temperature_at(done)
        model.let_prototypes_learn(done >= self.hold_prototypes)

    def after_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None,
                         outputs: dict | None = None) -> None:
        """Move the teacher.

        Args:
            runner: the runner.
            batch_idx: of the epoch.
            data_batch: the batch.
            outputs: of the step.
        """
        momentum = self.momentum_at(runner.iter / runner.max_iters)
        _model(runner).update_teacher(momentum)
        runner.message_hub.update_scalar('train/teacher_momentum', momentum)


def _model(runner: Runner) -> Any:
    """The runner's model without its wrapper.

    Args:
        runner: the runner.
    """
    return runner.model.module if is_model_wrapper(runner.model) else runner.model
