"""Sparse convolution as gathers, matrix products and scatters, on any device.

Pairs are processed by kernel element, in pieces: gather the input rows, multiply by the element's
matrix, add to the output rows. On the CPU a piece fits a core's second-level cache, elsewhere it is
large, for fewer and fuller kernels (not measured there). Nothing of the size (rows x elements x
width) exists at any time, and the backward pass keeps nothing but the input.

Within a kernel element no output row occurs twice, so additions never meet and every sum runs in
the order of the elements: the same result each time. Sizes of the matrix products are chosen such
that the library does not split sums between threads (see :func:`_gradient_rows`).
"""
from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable

from .rulebook import KernelMap

_PIECE_FLOATS = 2 ** 18  # 1 MiB of gathered inputs and products
_PIECE_FLOATS_ELSEWHERE = 2 ** 26
_MIN_ROWS = 32  # below, products of few rows are split along the sum


def convolve_rows(feats: Tensor, weight: Tensor, kernel_map: KernelMap) -> Tensor:
    """Convolve.

    Args:
        feats ((N, C_in) float): input rows.
        weight ((K, C_in, C_out) float): one matrix per kernel element.
        kernel_map: the pairs.

    Returns:
        (M, C_out) float: output rows; float32 under autocast, whatever the input.
    """
    if torch.is_autocast_enabled(feats.device.type):
        feats, weight = feats.float(), weight.float()
    return _GatherGemm.apply(feats, weight, kernel_map)


class _GatherGemm(torch.autograd.Function):
    """Forward and both gradients by the same pairs."""

    @staticmethod
    def forward(ctx: FunctionCtx, feats: Tensor, weight: Tensor, kernel_map: KernelMap) -> Tensor:
        """Sum the products of all pairs at their outputs."""
        ctx.save_for_backward(feats, weight)
        ctx.kernel_map = kernel_map
        return _sum_products(feats, weight, kernel_map)

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, grad: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        """Send the gradient back along the pairs."""
        feats, weight = ctx.saved_tensors
        grad = grad.contiguous()
        grad_feats = grad_weight = None
        if ctx.needs_input_grad[0]:
            grad_feats = _sum_products(grad, weight.transpose(1, 2), ctx.kernel_map.reversed())
        if ctx.needs_input_grad[1]:
            grad_weight = _sum_outer(feats, grad, weight, ctx.kernel_map)
        return grad_feats, grad_weight, None


def _sum_products(rows: Tensor, weight: Tensor, kernel_map: KernelMap) -> Tensor:
    """Sum, at each output row, the products of its input rows.

    Args:
        rows ((N, A) float): input rows.
        weight ((K, A, B) float): matrices.
        kernel_map: the pairs.

    Returns:
        (M, B) float: output rows.
    """
    matrices = weight.unbind(0)
    height = _product_rows(weight)
    longest = max(_MIN_ROWS, _longest_piece(kernel_map, height))
    # Zeros, because short pieces multiply rows that no piece has filled.
    gathered = rows.new_zeros(longest, weight.shape[1])
    product = rows.new_empty(longest, weight.shape[2])
    if kernel_map.identity is None:
        out = rows.new_zeros(kernel_map.num_outputs, weight.shape[2])
    else:
        out = rows.new_empty(kernel_map.num_outputs, weight.shape[2])
        for source, target in zip(_balanced(rows, height), _balanced(out, height), strict=True):
            torch.mm(source, matrices[kernel_map.identity], out=target)
    for element, inputs, outputs in _pieces(kernel_map, height):
        count = len(inputs)
        used = max(count, _MIN_ROWS)
        torch.index_select(rows, 0, inputs, out=gathered[:count])
        torch.mm(gathered[:used], matrices[element], out=product[:used])
        out.index_add_(0, outputs, product[:count])
    return out


def _sum_outer(rows: Tensor, grad: Tensor, weight: Tensor, kernel_map: KernelMap) -> Tensor:
    """Sum the outer products of each kernel element's pairs.

    Args:
        rows ((N, C_in) float): input rows.
        grad ((M, C_out) float): gradient at the output rows.
        weight ((K, C_in, C_out) float): only its shape counts.
        kernel_map: the pairs.

    Returns:
        (K, C_in, C_out) float: gradient of the weight.
    """
    total = torch.zeros_like(weight, memory_format=torch.contiguous_format)
    sums = total.unbind(0)
    height = _gradient_rows(weight)
    longest = _longest_piece(kernel_map, height)
    left = rows.new_empty(longest, weight.shape[1])
    right = rows.new_empty(longest, weight.shape[2])
    if kernel_map.identity is not None:
        for source, target in zip(_balanced(rows, height), _balanced(grad, height), strict=True):
            sums[kernel_map.identity].addmm_(source.t(), target)
    for element, inputs, outputs in _pieces(kernel_map, height):
        count = len(inputs)
        torch.index_select(rows, 0, inputs, out=left[:count])
        torch.index_select(grad, 0, outputs, out=right[:count])
        sums[element].addmm_(left[:count].t(), right[:count])
    return total


def _product_rows(weight: Tensor) -> int:
    """Choose how many rows one product has.

    Args:
        weight ((K, A, B) float): the weight.
    """
    floats = _PIECE_FLOATS if weight.device.type == 'cpu' else _PIECE_FLOATS_ELSEWHERE
    return max(_MIN_ROWS, floats // (weight.shape[1] + weight.shape[2]))


def _gradient_rows(weight: Tensor) -> int:
    """Choose how many rows one product of the weight gradient sums.

    Beyond these numbers MKL, on the CPU, splits the sum between threads, and the result changes
    with their number in the last bits (tried for 1 to 8 threads and the widths of our networks).

    Args:
        weight ((K, C_in, C_out) float): the weight.
    """
    if weight.device.type != 'cpu':
        return _product_rows(weight)
    return 512 if min(weight.shape[1:]) >= 16 else 128


def _longest_piece(kernel_map: KernelMap, height: int) -> int:
    """Count the pairs of the longest of :func:`_pieces`, or a few more."""
    return min(height, max(map(len, kernel_map.inputs), default=0))


def _balanced(rows: Tensor, height: int) -> tuple[Tensor, ...]:
    """Split rows into pieces of about the same size, at most ``height``."""
    return rows.tensor_split(max(1, -(-len(rows) // height)))


def _pieces(kernel_map: KernelMap, height: int) -> Iterator[tuple[int, Tensor, Tensor]]:
    """Give kernel element, input rows and output rows of at most ``height`` pairs at a time."""
    for element, (inputs, outputs) in enumerate(
            zip(kernel_map.inputs, kernel_map.outputs, strict=True)):
        if len(inputs):
            for source, target in zip(
                    _balanced(inputs, height), _balanced(outputs, height), strict=True):
                yield element, source, target
