"""Layers that work on rows (N, C) but own the parameters of a convolution or a padded batch norm.

Published 3D checkpoints store 1x1 convolutions. On rows they are one matrix product, layer norm and
gathers are contiguous, and clouds of different sizes need no padding.
"""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class _OnRows:
    """The forward pass of a 1x1 convolution as one matrix product on rows."""

    weight: Tensor
    bias: Tensor | None

    def forward(self, rows: Tensor) -> Tensor:
        """Apply the layer.

        Args:
            rows ((N, C_in) float): features.

        Returns:
            (N, C_out) float: features.
        """
        return F.linear(rows, self.weight.flatten(1), self.bias)


class PointwiseConv1d(_OnRows, nn.Conv1d):
    """A 1x1 ``Conv1d`` on rows: weight (C_out, C_in, 1), ``Conv1d``'s initialisation.

    Args:
        in_channels: input width.
        out_channels: output width.
        bias: whether to learn a bias.
    """

    def __init__(self, in_channels: int, out_channels: int, bias: bool = True) -> None:
        super().__init__(in_channels, out_channels, 1, bias=bias)


class PointwiseConv2d(_OnRows, nn.Conv2d):
    """A 1x1 ``Conv2d`` on rows: weight (C_out, C_in, 1, 1), ``Conv2d``'s initialisation.

    Args:
        in_channels: input width.
        out_channels: output width.
        bias: whether to learn a bias.
    """

    def __init__(self, in_channels: int, out_channels: int, bias: bool = True) -> None:
        super().__init__(in_channels, out_channels, 1, bias=bias)


class ChannelScale(nn.Conv1d):
    """Layer scale: the factors of a depth-wise 1x1 ``Conv1d`` without bias.

    ``Conv1d``'s default initialisation draws the factors from [-1, 1], as WaffleIron's; it is not
    the small constant of other networks.

    Args:
        channels: width.
    """

    def __init__(self, channels: int) -> None:
        super().__init__(channels, channels, 1, groups=channels, bias=False)

    def fold(self, layer: nn.Conv1d | nn.Conv2d) -> tuple[Tensor, Tensor]:
        """Scale a layer's parameters instead of its output: equal, and far fewer products.

        Args:
            layer: the convolution before the scale, with bias.

        Returns:
            Weight and bias of the convolution whose output is scaled.
        """
        factors = self.weight.flatten()
        weight = layer.weight * factors.view(-1, *[1] * (layer.weight.ndim - 1))
        return weight, layer.bias * factors


class CloudDropPath(nn.Module):
    """Stochastic depth: drop a residual branch of whole clouds.

    Args:
        prob: probability in [0, 1) that a cloud loses the branch; the others are scaled by
            1 / (1 - prob).
    """

    def __init__(self, prob: float = 0.0) -> None:
        super().__init__()
        if not 0.0 <= prob < 1.0:
            raise ValueError(f'drop path must be in [0, 1), got {prob}')
        self.prob = prob

    def forward(self, rows: Tensor, batch_idx: Tensor, batch_size: int) -> Tensor:
        """Drop or scale.

        Args:
            rows ((N, C) float): the branch.
            batch_idx ((N,) int64): cloud of each row.
            batch_size: number of clouds.

        Returns:
            (N, C) float: the branch, zero for dropped clouds.
        """
        if not self.training or self.prob == 0.0:
            return rows
        kept = torch.rand(batch_size, 1, device=rows.device) >= self.prob
        return rows * (kept.to(rows.dtype) / (1.0 - self.prob)).index_select(0, batch_idx)
