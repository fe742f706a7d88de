"""Losses between dense depth maps."""
from __future__ import annotations

import torch
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS

EPS = 1e-3


def log_differences(predicted: Tensor, depth: Tensor, max_depth: float) -> tuple[Tensor, Tensor]:
    """Differences of the logarithms where there is a measurement, else 0.

    Args:
        predicted ((B, H, W) float): positive metres.
        depth ((B, H, W) float): metres, 0 where there is no measurement.
        max_depth: inclusive, metres.

    Returns:
        (B, H, W) float32: differences.
        (B, H, W) bool: where they count.
    """
    depth = depth.float()
    valid = (depth > 0) & (depth <= max_depth)
    difference = (predicted.float() + EPS).log() - (depth + EPS).log()
    return difference.where(valid, 0), valid


@MODELS.register_module()
class SigLoss(nn.Module):
    """Scale-invariant logarithmic loss: sqrt(var(g) + 0.15 mean(g)^2) over all pixels of the batch.

    In the first steps only the mean counts: sqrt(0.15) |mean(g)|. The steps are part of the
    checkpoint, so that a resumed run goes on where it was.
    Source: Eigen et al. with AdaBins' weight, as in the Monocular-Depth-Estimation-Toolbox.

    Args:
        loss_weight: multiplies the loss.
        max_depth: farther depths do not count, metres.
        warm_up: number of first steps.
    """

    def __init__(self, loss_weight: float = 1.0, max_depth: float = float('inf'),
                 warm_up: int = 100) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.max_depth = max_depth
        self.warm_up = warm_up
        self.register_buffer('steps', torch.zeros((), dtype=torch.long))

    def forward(self, predicted: Tensor, depth: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            predicted ((B, H, W) float): positive metres.
            depth ((B, H, W) float): metres, 0 where there is no measurement.

        Returns:
            () float32: the loss; a zero with gradient for fewer than two measurements.
        """
        with torch.autocast(predicted.device.type, enabled=False):
            difference, valid = log_differences(predicted, depth, self.max_depth)
            count = valid.sum()
            mean = difference.sum() / count.clamp_min(1)
            spread = (difference - mean).square().where(valid, 0).sum() / (count - 1).clamp_min(1)
            spread = spread * (self.steps >= self.warm_up)
            self.steps += 1
            # Below, the square root would have no finite gradient.
            loss = (spread + 0.15 * mean.square()).clamp_min(1e-12).sqrt()
            return torch.where(count > 1, loss, difference.sum()) * self.loss_weight


@MODELS.register_module()
class DepthGradientLoss(nn.Module):
    """Differences of the logarithmic error two pixels apart, on four scales.

    Each scale keeps every 1st, 2nd, 4th and 8th pixel of both sides and divides by its number of
    measurements. The toolbox means this, but strides by 1, 2, 4, 6 and slices its four-dimensional
    batch along the first two axes, which are not those of the image.
    Source: MegaDepth (Li and Snavely), gradient term.

    Args:
        loss_weight: multiplies the loss.
        max_depth: farther depths do not count, metres.
    """

    def __init__(self, loss_weight: float = 0.5, max_depth: float = float('inf')) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.max_depth = max_depth

    def forward(self, predicted: Tensor, depth: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            predicted ((B, H, W) float): positive metres.
            depth ((B, H, W) float): metres, 0 where there is no measurement.

        Returns:
            () float32: the loss; a zero with gradient if no two measurements are neighbours.
        """
        with torch.autocast(predicted.device.type, enabled=False):
            difference, valid = log_differences(predicted, depth, self.max_depth)
            total = difference.sum() * 0
            for stride in (1, 2, 4, 8):
                error = difference[:, ::stride, ::stride]
                known = valid[:, ::stride, ::stride]
                rows = (error[:, 2:] - error[:, :-2]).abs().where(known[:, 2:] & known[:, :-2], 0)
                columns = (error[..., 2:] - error[..., :-2]).abs().where(
                    known[..., 2:] & known[..., :-2], 0)
                total = total + (rows.sum() + columns.sum()) / known.sum().clamp_min(1)
            return total * self.loss_weight
