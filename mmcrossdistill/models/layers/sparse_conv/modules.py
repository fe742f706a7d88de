"""The layers."""
from __future__ import annotations

import math
from collections.abc import Sequence
from types import ModuleType

import torch
from torch import nn

from . import spconv_backend, torch_backend
from .rulebook import Triple
from .sparse_tensor import SparseTensor


def _triple(value: int | Sequence[int]) -> Triple:
    """Repeat a number, or check three."""
    values = (value,) * 3 if isinstance(value, int) else tuple(value)
    if len(values) != 3:
        raise ValueError(f'expected one or three numbers, got {value}')
    return values


def _choose_backend(on_cuda: bool) -> ModuleType:
    """Choose spconv on CUDA if it is there."""
    return spconv_backend if on_cuda and spconv_backend.find_spconv() else torch_backend


class SparseConv3d(nn.Module):
    """What the three kinds share.

    The weight is (K, C_in, C_out), one matrix per kernel element, axis 0 slowest. Both back ends
    read it: spconv on CUDA, gathers and matrix products elsewhere and where spconv is missing.
    Source of the initialisation: MinkowskiEngine, uniform in +-1 / sqrt(fan).

    Args:
        in_channels: input width.
        out_channels: output width.
        kernel_size: one or three numbers.
        indice_key: name of the rulebook; layers of the same key share one.
        stride: one or three numbers.
        padding: of the grid.
        bias: whether to learn a bias.
    """

    kind: str

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        indice_key: str,
        stride: int | Sequence[int] = 1,
        padding: int | Sequence[int] = 0,
        bias: bool = False,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = _triple(kernel_size)
        self.stride = _triple(stride)
        self.padding = _triple(padding)
        self.indice_key = indice_key
        elements = math.prod(self.kernel_size)
        self.weight = nn.Parameter(torch.empty(elements, in_channels, out_channels))
        self.bias = nn.Parameter(torch.empty(out_channels)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new weights."""
        elements, width_in, width_out = self.weight.shape
        fan = elements * (width_out if self.kind == 'inverse' else width_in)
        bound = fan ** -0.5
        for parameter in (self.weight, self.bias):
            if parameter is not None:
                nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Convolve.

        Args:
            x: input.
        """
        return _choose_backend(x.feats.is_cuda).convolve(x, self)

    def extra_repr(self) -> str:
        """Describe the layer."""
        return (f'{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, '
                f'stride={self.stride}, padding={self.padding}, indice_key={self.indice_key!r}, '
                f'bias={self.bias is not None}')


class SubmanifoldConv3d(SparseConv3d):
    """Convolution whose outputs are exactly the input voxels.

    Args:
        in_channels: input width.
        out_channels: output width.
        kernel_size: odd, one or three numbers.
        indice_key: name of the rulebook.
        bias: whether to learn a bias.

    Raises:
        ValueError: if a kernel size is even.
    """

    kind = 'submanifold'

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int | Sequence[int],
                 indice_key: str, bias: bool = False) -> None:
        sizes = _triple(kernel_size)
        if any(size % 2 == 0 for size in sizes):
            raise ValueError(f'a submanifold convolution needs odd kernel sizes, got {sizes}')
        super().__init__(
            in_channels, out_channels, sizes, indice_key,
            padding=tuple(size // 2 for size in sizes), bias=bias)


class StridedConv3d(SparseConv3d):
    """Convolution whose outputs are all voxels of the coarser grid that an input reaches."""

    kind = 'strided'


class InverseConv3d(SparseConv3d):
    """Transposed convolution back to the voxels that a strided one came from.

    Args:
        in_channels: input width.
        out_channels: output width.
        kernel_size: of the strided convolution.
        indice_key: of the strided convolution.
        bias: whether to learn a bias.
    """

    kind = 'inverse'

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int | Sequence[int],
                 indice_key: str, bias: bool = False) -> None:
        super().__init__(in_channels, out_channels, kernel_size, indice_key, bias=bias)
