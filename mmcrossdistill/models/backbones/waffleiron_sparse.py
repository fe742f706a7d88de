"""WaffleIron's pair of depth-wise convolutions, computed only where points need it.

On a 256 x 256 grid a cloud of a few thousand points fills some percent of the cells, while a dense
convolution reads and stores all of them. The output is read at occupied cells only; it depends on
the first convolution at these cells and their neighbours, the active cells. Both convolutions
follow from one table of the 9 neighbours of each occupied cell. Every sum is a gather or a sorted
segment sum: no atomic additions, so that results are reproducible on GPUs too.
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable


@dataclass
class Stencil:
    """The 3 x 3 neighbourhoods of the occupied cells.

    Args:
        active ((M, 9) int64): row, among the active cells, of each neighbour in row-major order of
            the offsets; D, a row that stays zero, where the neighbour lies outside the grid.
        sources ((9 M,) int64): entries of the flattened ``active``, sorted by value.
        offsets ((D + 1,) int64): start of each active row's entries in ``sources``.
    """

    active: Tensor
    sources: Tensor
    offsets: Tensor


def build_stencil(occupied: Tensor, cells: Tensor) -> Stencil:
    """Find the neighbourhoods of the occupied cells.

    The number of active cells decides sizes, so this waits for the device, once per plane.

    Args:
        occupied ((B, H, W) bool): cells that hold a point.
        cells ((M,) int64): flat ids of these cells, ascending.

    Returns:
        The stencil.
    """
    height, width = occupied.shape[1:]
    grown = F.max_pool2d(occupied.unsqueeze(1).float(), 3, stride=1, padding=1).flatten()
    active_cells = grown.nonzero().squeeze(1)
    count = active_cells.shape[0]
    row_of_cell = torch.zeros_like(grown, dtype=torch.int64)
    row_of_cell[active_cells] = torch.arange(count, device=cells.device)
    step = torch.arange(-1, 2, device=cells.device)
    rows = (cells // width % height).view(-1, 1, 1) + step.view(1, 3, 1)
    columns = (cells % width).view(-1, 1, 1) + step.view(1, 1, 3)
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    near = cells.view(-1, 1, 1) + step.view(1, 3, 1) * width + step
    near = row_of_cell[near.clamp(0, row_of_cell.shape[0] - 1)]
    active = torch.where(inside, near, count).flatten(1)
    sources = active.flatten().argsort(stable=True)
    sizes = torch.bincount(active.flatten(), minlength=count + 1)
    return Stencil(active, sources, sizes.cumsum(0) - sizes)


def _spread(rows: Tensor, taps: Tensor, stencil: Stencil) -> Tensor:
    """Send each occupied row, times the factor of the neighbour, to its 9 neighbours.

    Args:
        rows ((M, C) float): values of the occupied cells.
        taps ((9, C) float): factor per neighbour and channel.
        stencil: the neighbourhoods.

    Returns:
        (D + 1, C) float: sums at the active cells; the last row is zero.
    """
    products = (rows.unsqueeze(1) * taps).flatten(0, 1)
    sums = F.embedding_bag(stencil.sources, products, stencil.offsets, mode='sum')
    sums[-1] = 0
    return sums


class _Spread(torch.autograd.Function):
    """``_spread`` with its gradient."""

    @staticmethod
    def forward(ctx: FunctionCtx, rows: Tensor, taps: Tensor, stencil: Stencil) -> Tensor:
        """See ``_spread``."""
        ctx.save_for_backward(rows, taps)
        ctx.stencil = stencil
        return _spread(rows, taps, stencil)

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, grad: Tensor) -> tuple[Tensor, Tensor, None]:
        """Collect from the neighbours."""
        rows, taps = ctx.saved_tensors
        grad_rows, grad_taps = torch.zeros_like(rows), torch.empty_like(taps)
        for index, tap in enumerate(taps):
            near = grad.index_select(0, ctx.stencil.active[:, index])
            grad_rows.addcmul_(near, tap)
            grad_taps[index] = near.mul_(rows).sum(0)
        return grad_rows, grad_taps, None


class _Collect(torch.autograd.Function):
    """Sum each occupied cell's 9 neighbours with a factor per neighbour: the adjoint of spread."""

    @staticmethod
    def forward(ctx: FunctionCtx, rows: Tensor, taps: Tensor, stencil: Stencil) -> Tensor:
        """Sum; ``rows`` ((D + 1, C) float) are the active cells, the last one zero."""
        ctx.save_for_backward(rows, taps)
        ctx.stencil = stencil
        sums = rows.new_zeros(stencil.active.shape[0], rows.shape[1])
        for index, tap in enumerate(taps):
            sums.addcmul_(rows.index_select(0, stencil.active[:, index]), tap)
        return sums

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, grad: Tensor) -> tuple[Tensor, Tensor, None]:
        """Spread to the neighbours."""
        rows, taps = ctx.saved_tensors
        grad_taps = torch.empty_like(taps)
        for index in range(len(taps)):
            near = rows.index_select(0, ctx.stencil.active[:, index])
            grad_taps[index] = near.mul_(grad).sum(0)
        return _spread(grad, taps, ctx.stencil), grad_taps, None


def sparse_conv_pair(
    rows: Tensor,
    first: tuple[Tensor, Tensor],
    last: tuple[Tensor, Tensor],
    stencil: Stencil,
) -> Tensor:
    """Apply conv, ReLU, conv at the occupied cells; equal to the dense result there.

    Args:
        rows ((M, C) float32): values of the occupied cells; all others are zero.
        first ((C, 1, 3, 3) and (C,) float32): weight and bias of the depth-wise convolution.
        last ((C, 1, 3, 3) and (C,) float32): the same of the second one.
        stencil: the neighbourhoods.

    Returns:
        (M, C) float32: values at the occupied cells.
    """
    # An occupied cell is the neighbour at -offset of its neighbour at +offset: taps are reversed.
    hidden = _Spread.apply(rows, first[0].flatten(1).T.flip(0).contiguous(), stencil)
    # Cells outside the grid are zero padding for the second convolution: no bias there.
    hidden = torch.cat([F.relu(hidden[:-1] + first[1]), hidden[-1:]])
    return _Collect.apply(hidden, last[0].flatten(1).T.contiguous(), stencil) + last[1]
