"""The parts of Cylinder3D: blocks of flat kernels."""
from __future__ import annotations

import torch
from torch import nn

from mmcrossdistill.models.layers.row_batch_norm import RowBatchNorm
from mmcrossdistill.models.layers.sparse_conv import (
    InverseConv3d,
    SparseTensor,
    StridedConv3d,
    SubmanifoldConv3d,
)

# Kernels along distance, angle and height. The first two stand in for a 3^3 kernel: together they
# are as wide, and they follow the surfaces of cars and poles.
ALONG_ANGLE, ALONG_DISTANCE, CUBE = (1, 3, 3), (3, 1, 3), (3, 3, 3)


def make_norm(channels: int) -> RowBatchNorm:
    """Make a batch norm with Cylinder3D's numbers.

    Args:
        channels: width.
    """
    return RowBatchNorm(channels, eps=1e-3, momentum=0.01)


def make_submanifold(in_channels: int, out_channels: int, kernel: tuple[int, int, int],
                     level: int) -> SubmanifoldConv3d:
    """Make a convolution whose pairs of voxels are shared by all of its level and kernel.

    The published code gives kernels of different shapes one key, so that spconv silently reuses
    the pairs of the first; here each kernel has the pairs of its shape.

    Args:
        in_channels: input width.
        out_channels: output width.
        kernel: sizes.
        level: of the grid; 0 is that of the voxels.
    """
    name = ''.join(map(str, kernel))
    return SubmanifoldConv3d(in_channels, out_channels, kernel, f'level{level}_{name}')


class ConvActNorm(nn.Module):
    """A submanifold convolution without bias, leaky ReLU, batch norm.

    Args:
        in_channels: input width.
        out_channels: output width.
        kernel: sizes.
        level: see :func:`make_submanifold`.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel: tuple[int, int, int],
                 level: int) -> None:
        super().__init__()
        self.conv = make_submanifold(in_channels, out_channels, kernel, level)
        self.norm = make_norm(out_channels)

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Apply the layers.

        Args:
            x: input.
        """
        x = self.conv(x)
        return x.with_feats(self.norm(nn.functional.leaky_relu(x.feats)))


class AsymmetricBlock(nn.Module):
    """The sum of two branches that take the two flat kernels in opposite order.

    Source: Cylinder3D (Zhu et al., CVPR 2021) 3.3, Fig. 4.

    Args:
        in_channels: input width.
        out_channels: output width.
        level: see :func:`make_submanifold`.
    """

    def __init__(self, in_channels: int, out_channels: int, level: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            nn.Sequential(ConvActNorm(in_channels, out_channels, first, level),
                          ConvActNorm(out_channels, out_channels, second, level))
            for first, second in (
                (ALONG_DISTANCE, ALONG_ANGLE), (ALONG_ANGLE, ALONG_DISTANCE)))

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Apply the block.

        Args:
            x: input.
        """
        one, other = (branch(x) for branch in self.branches)
        return one.with_feats(one.feats + other.feats)


class DownBlock(nn.Module):
    """One level down: an asymmetric block, then a strided convolution.

    Args:
        in_channels: input width.
        out_channels: output width.
        level: of the input.
        halve_height: whether the height gets coarser as well.
    """

    def __init__(self, in_channels: int, out_channels: int, level: int,
                 halve_height: bool) -> None:
        super().__init__()
        self.block = AsymmetricBlock(in_channels, out_channels, level)
        self.pool = StridedConv3d(
            out_channels, out_channels, 3, f'down{level}', (2, 2, 2 if halve_height else 1), 1)

    def forward(self, x: SparseTensor) -> tuple[SparseTensor, SparseTensor]:
        """Apply the level.

        Args:
            x: finer voxels.

        Returns:
            Coarser voxels, and the finer ones for the way up.
        """
        x = self.block(x)
        return self.pool(x), x


class UpBlock(nn.Module):
    """One level up: an inverse convolution, the features of the way down, three convolutions.

    Args:
        in_channels: input width.
        out_channels: output width, which is that of the way down.
        level: of the output.
    """

    def __init__(self, in_channels: int, out_channels: int, level: int) -> None:
        super().__init__()
        self.reduce = ConvActNorm(in_channels, out_channels, CUBE, level + 1)
        self.up = InverseConv3d(out_channels, out_channels, 3, f'down{level}')
        self.layers = nn.Sequential(*(
            ConvActNorm(out_channels, out_channels, kernel, level)
            for kernel in (ALONG_ANGLE, ALONG_DISTANCE, CUBE)))

    def forward(self, x: SparseTensor, skip: SparseTensor) -> SparseTensor:
        """Apply the level.

        Args:
            x: coarser voxels.
            skip: voxels of the output's level on the way down.
        """
        x = self.up(self.reduce(x))
        return self.layers(x.with_feats(x.feats + skip.feats))


class ContextBlock(nn.Module):
    """Weights of the features from three convolutions, each along one axis.

    Source: Cylinder3D 3.4, dimension-decomposition based context modelling.

    Args:
        channels: width.
        level: see :func:`make_submanifold`.
    """

    def __init__(self, channels: int, level: int) -> None:
        super().__init__()
        kernels = ((3, 1, 1), (1, 3, 1), (1, 1, 3))
        self.convs = nn.ModuleList(
            make_submanifold(channels, channels, kernel, level) for kernel in kernels)
        self.norms = nn.ModuleList(make_norm(channels) for _ in kernels)

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Apply the block.

        Args:
            x: input.
        """
        weight = sum(torch.sigmoid(norm(conv(x).feats))
                     for conv, norm in zip(self.convs, self.norms, strict=True))
        return x.with_feats(x.feats * weight)
