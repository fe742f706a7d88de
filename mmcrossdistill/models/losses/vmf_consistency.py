"""Features of a class shall stay where those of the class are in general."""
from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.layers.class_means import ClassMeans, class_sums
from mmcrossdistill.models.layers.rank_mean import check_mean_over, mean_over_ranks
from mmcrossdistill.models.layers.von_mises_fisher import estimate_kappa, log_normalizer
from mmcrossdistill.registry import MODELS


class Consistency(NamedTuple):
    """Result of a :class:`VMFConsistencyLoss`.

    Args:
        loss (() float32): the loss; a zero with gradient in the warm-up and without labelled rows.
        kappa (() float32): mean concentration of the classes seen so far.
        warm_up_left (() float32): steps until the loss counts.
    """

    loss: Tensor
    kappa: Tensor
    warm_up_left: Tensor


@MODELS.register_module()
class VMFConsistencyLoss(nn.Module):
    """Divergence of each feature from the von Mises-Fisher distribution of its class (L_kl).

    The distributions follow from the :class:`ClassMeans` of all labelled rows of all ranks, which
    every rank takes part in, with rows or without. Their parameters carry no gradient: each row is
    pulled towards the mean direction of its class, as strongly as the class is concentrated. The
    loss is linear in the rows, so it is computed from their sums by class. A class that was never
    seen in the warm-up takes no part.
    Source: OLIVINE Eq. 3 to 11.

    Args:
        num_classes: K.
        channels (>= 32): C, width of the features.
        loss_weight: multiplies the loss.
        momentum: see :class:`ClassMeans`.
        warm_up: training steps that only move the averages.
        freeze: see :class:`ClassMeans`.
        debias: see :class:`ClassMeans`.
        reduction: 'pairs': mean over the rows (Eq. 11); 'classes': mean over the rows of each
            class, then over the classes of the batch, as the released code has it.
        fixed_kappa (> 0): concentration of every class in place of the estimates, so that only the
            centres are learnt (the deterministic row of Table 6c); ``None`` estimates.
        max_kappa (> 0): larger estimates are cut; ``None`` cuts none. The gradient grows with it.
        mean_over: 'rank' counts the rows of this rank, as published; 'global' those of all ranks,
            so that N processes compute what one would.

    Raises:
        ValueError: if an option is out of range or unknown.
    """

    def __init__(
        self,
        num_classes: int,
        channels: int = 64,
        loss_weight: float = 1.0,
        momentum: float = 0.9999,
        warm_up: int = 10000,
        freeze: bool = True,
        debias: bool = False,
        reduction: str = 'pairs',
        fixed_kappa: float | None = None,
        max_kappa: float | None = None,
        mean_over: str = 'rank',
    ) -> None:
        super().__init__()
        if reduction not in ('pairs', 'classes'):
            raise ValueError(f"reduction must be 'pairs' or 'classes', got {reduction!r}")
        check_mean_over(mean_over)
        if not 0 <= momentum < 1 or warm_up < 0:
            raise ValueError(
                f'momentum must be in [0, 1) and warm_up not negative, got {momentum}, {warm_up}')
        for name, value in (('fixed_kappa', fixed_kappa), ('max_kappa', max_kappa)):
            if value is not None and value <= 0:
                raise ValueError(f'{name} must be positive or None, got {value}')
        if num_classes < 1:
            raise ValueError(f'num_classes must be positive, got {num_classes}')
        log_normalizer(torch.zeros(1), channels)  # refuses what it cannot compute
        self.classes = ClassMeans(num_classes, channels, momentum, warm_up, freeze, debias)
        self.num_classes = num_classes
        self.loss_weight = loss_weight
        self.reduction = reduction
        self.fixed_kappa = fixed_kappa
        self.max_kappa = max_kappa
        self.mean_over = mean_over

    def forward(self, feats: Tensor, label: Tensor) -> Consistency:
        """Compute the loss; in training, move the averages first.

        Args:
            feats ((M, C) float): 3D features; not normalised yet.
            label ((M,) int64): classes in [0, K); rows of another label, as 255, take no part.

        Raises:
            ValueError: if the features have another width.
        """
        channels = self.classes.average.shape[1]
        if feats.shape[1] != channels:
            raise ValueError(
                f'VMFConsistencyLoss has channels={channels}, the features are {feats.shape[1]} '
                'wide; make it and out_channels of the 3D head agree')
        with torch.autocast(feats.device.type, enabled=False):
            unit = F.normalize(feats.float(), dim=1)
            sums, counts = class_sums(unit, label, self.num_classes)
            # One reduction for both; every rank comes here.
            shared = mean_over_ranks(torch.cat([sums.detach(), counts.unsqueeze(1)], dim=1))
            left = (self.classes.warm_up - self.classes.steps).clamp_min(0)
            active = self.classes.warm
            if self.training:
                self.classes.update(shared[:, :-1], shared[:, -1])
            direction, kappa, known = self.parameters_of_classes()
            weight = self._weights(shared[:, -1] if self.mean_over == 'global' else counts, known)
            by_class = -counts * log_normalizer(kappa, channels) - kappa * (direction * sums).sum(1)
            loss = (by_class * weight).sum() * active * self.loss_weight
            mean_kappa = (kappa * known).sum() / known.sum().clamp_min(1)
            return Consistency(loss, mean_kappa, left.float())

    @torch.no_grad()
    def parameters_of_classes(self) -> tuple[Tensor, Tensor, Tensor]:
        """Estimate the distribution of each class.

        Returns:
            (K, C) float: mean directions; zeros for a class never seen.
            (K,) float: concentrations.
            (K,) bool: which classes were seen.
        """
        mean, known = self.classes.means()
        if self.fixed_kappa is not None:
            kappa = torch.full_like(mean[:, 0], self.fixed_kappa)
        else:
            kappa = estimate_kappa(mean.norm(dim=1), mean.shape[1])
            kappa = kappa if self.max_kappa is None else kappa.clamp_max(self.max_kappa)
        return F.normalize(mean, dim=1), kappa, known

    def _weights(self, counts: Tensor, known: Tensor) -> Tensor:
        """Weigh the sum over the rows of each class, so that a mean results.

        Args:
            counts ((K,) float): rows of each class.
            known ((K,) bool): which classes take part.

        Returns:
            (K,) float: zero for classes that do not.
        """
        if self.reduction == 'pairs':
            return known / (counts * known).sum().clamp_min(torch.finfo(counts.dtype).eps)
        present = known & (counts > 0)
        return present / (counts.where(present, 1) * present.sum().clamp_min(1))
