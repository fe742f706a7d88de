"""The parts of the sparse U-Net."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from mmcrossdistill.models.layers.row_batch_norm import RowBatchNorm
from mmcrossdistill.models.layers.sparse_conv import (
    InverseConv3d,
    SparseTensor,
    StridedConv3d,
    SubmanifoldConv3d,
)


def make_conv(kind: str, in_channels: int, out_channels: int, level: int) -> nn.Module:
    """Make one of the U-Net's convolutions.

    Args:
        kind: 'submanifold' (3^3), 'down' (2^3, stride 2) or 'up' (back).
        in_channels: input width.
        out_channels: output width.
        level: of the finer grid; 0 is that of the voxels.
    """
    if kind == 'submanifold':
        return SubmanifoldConv3d(in_channels, out_channels, 3, f'level{level}')
    if kind == 'down':
        return StridedConv3d(in_channels, out_channels, 2, f'down{level}', stride=2)
    return InverseConv3d(in_channels, out_channels, 2, f'down{level}')


class ConvNorm(nn.Module):
    """A convolution without bias, batch norm, ReLU.

    Args:
        kind: see :func:`make_conv`.
        in_channels: input width.
        out_channels: output width.
        level: see :func:`make_conv`.
        momentum: of the norm.
    """

    def __init__(self, kind: str, in_channels: int, out_channels: int, level: int,
                 momentum: float) -> None:
        super().__init__()
        self.conv = make_conv(kind, in_channels, out_channels, level)
        self.norm = RowBatchNorm(out_channels, momentum=momentum)

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Apply the layers.

        Args:
            x: input.
        """
        x = self.conv(x)
        return x.with_feats(F.relu(self.norm(x.feats), inplace=True))


class ResidualBlock(nn.Module):
    """Two 3^3 convolutions with batch norms, and a shortcut.

    Args:
        in_channels: input width; the shortcut is a linear layer with batch norm where it differs
            from the output's.
        out_channels: output width.
        level: see :func:`make_conv`.
        momenta: of the shortcut's norm, of the two others.
    """

    def __init__(self, in_channels: int, out_channels: int, level: int,
                 momenta: tuple[float, float]) -> None:
        super().__init__()
        self.conv1 = make_conv('submanifold', in_channels, out_channels, level)
        self.norm1 = RowBatchNorm(out_channels, momentum=momenta[1])
        self.conv2 = make_conv('submanifold', out_channels, out_channels, level)
        self.norm2 = RowBatchNorm(out_channels, momentum=momenta[1])
        self.shortcut = nn.Identity() if in_channels == out_channels else nn.Sequential(
            nn.Linear(in_channels, out_channels, bias=False),
            RowBatchNorm(out_channels, momentum=momenta[0]))

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Apply the block.

        Args:
            x: input.
        """
        out = self.conv1(x)
        out = self.conv2(out.with_feats(F.relu(self.norm1(out.feats), inplace=True)))
        return out.with_feats(
            F.relu(self.norm2(out.feats) + self.shortcut(x.feats), inplace=True))


def _make_blocks(in_channels: int, out_channels: int, depth: int, level: int,
                 momenta: tuple[float, float]) -> nn.Sequential:
    """Chain residual blocks, the first of which changes the width."""
    return nn.Sequential(*(
        ResidualBlock(in_channels if index == 0 else out_channels, out_channels, level, momenta)
        for index in range(depth)))


class Encoder(nn.Module):
    """One level down: a strided convolution that keeps the width, then residual blocks.

    Args:
        in_channels: input width.
        out_channels: output width.
        depth: residual blocks.
        level: of the input.
        momenta: of the norms outside and inside the residual branches.
    """

    def __init__(self, in_channels: int, out_channels: int, depth: int, level: int,
                 momenta: tuple[float, float]) -> None:
        super().__init__()
        self.down = ConvNorm('down', in_channels, in_channels, level, momenta[0])
        self.blocks = _make_blocks(in_channels, out_channels, depth, level + 1, momenta)

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Apply the level.

        Args:
            x: finer voxels.
        """
        return self.blocks(self.down(x))


class Decoder(nn.Module):
    """One level up: an inverse convolution, the features of the way down, residual blocks.

    Args:
        in_channels: input width.
        skip_channels: width of the features of the way down.
        out_channels: output width.
        depth: residual blocks.
        level: of the output.
        momenta: of the norms outside and inside the residual branches.
    """

    def __init__(self, in_channels: int, skip_channels: int, out_channels: int, depth: int,
                 level: int, momenta: tuple[float, float]) -> None:
        super().__init__()
        self.up = ConvNorm('up', in_channels, out_channels, level, momenta[0])
        self.blocks = _make_blocks(
            out_channels + skip_channels, out_channels, depth, level, momenta)

    def forward(self, x: SparseTensor, skip: SparseTensor) -> SparseTensor:
        """Apply the level.

        Args:
            x: coarser voxels.
            skip: voxels of the same level on the way down.
        """
        x = self.up(x)
        return self.blocks(x.with_feats(torch.cat([x.feats, skip.feats], dim=1)))
