"""Moving averages of the features of each class."""
from __future__ import annotations

import torch
from torch import Tensor, nn


def class_sums(feats: Tensor, label: Tensor, num_classes: int) -> tuple[Tensor, Tensor]:
    """Sum the features of each class.

    By a matrix product: many rows of few classes would wait for each other in a scattered sum on a
    GPU, and the order of its terms would change from run to run.

    Args:
        feats ((M, C) float): features; gradients flow through.
        label ((M,) int64): classes in [0, K); features of another label count nowhere.
        num_classes: K.

    Returns:
        (K, C) float32: sums.
        (K,) float32: how many features each class has.
    """
    classes = torch.arange(num_classes, device=label.device)
    member = (label.unsqueeze(1) == classes).float()
    return member.T @ feats.float(), member.sum(0)


class ClassMeans(nn.Module):
    """Exponential moving average of class means over training steps.

    A class without a feature in a step keeps its average. The averages, the number of steps and how
    often each class was seen are part of the checkpoint, so that a resumed run goes on where it
    was. Nothing waits for the device.
    Source: OLIVINE Eq. 6; that it starts from zero and ends after a warm-up, by the released code.

    Args:
        num_classes: K.
        channels: C.
        momentum ([0, 1)): share of the average that stays.
        warm_up: first steps.
        freeze: whether the averages stay as they are after the warm-up.
        debias: whether to divide by the share that the start at zero has not (as Adam does). As
            published, without it, averages are short for long.
    """

    def __init__(self, num_classes: int, channels: int, momentum: float = 0.9999,
                 warm_up: int = 10000, freeze: bool = True, debias: bool = False) -> None:
        super().__init__()
        self.momentum = momentum
        self.warm_up = warm_up
        self.freeze = freeze
        self.debias = debias
        self.register_buffer('average', torch.zeros(num_classes, channels))
        self.register_buffer('times_seen', torch.zeros(num_classes, dtype=torch.long))
        self.register_buffer('steps', torch.zeros((), dtype=torch.long))

    @property
    def warm(self) -> Tensor:
        """() bool: whether the warm-up is over."""
        return self.steps >= self.warm_up

    @torch.no_grad()
    def update(self, sums: Tensor, counts: Tensor) -> None:
        """Take one step.

        Args:
            sums ((K, C) float): of the features of each class, over all ranks.
            counts ((K,) float): how many, in the same unit (both may be means over ranks).
        """
        moving = counts > 0
        if self.freeze:
            moving = moving & ~self.warm
        mean = sums / counts.unsqueeze(1).where(moving.unsqueeze(1), 1)
        self.average.lerp_(mean, (1 - self.momentum) * moving.unsqueeze(1))
        self.times_seen += moving
        self.steps += 1

    def means(self) -> tuple[Tensor, Tensor]:
        """Give the present means.

        Returns:
            (K, C) float: zeros for a class never seen.
            (K,) bool: which classes were seen.
        """
        known = self.times_seen > 0
        if not self.debias:
            return self.average, known
        share = 1 - self.momentum ** self.times_seen.where(known, 1)
        return self.average / share.unsqueeze(1), known
