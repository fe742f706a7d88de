"""Sparse convolutions by torch operations alone."""
from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor

from .gather_gemm import convolve_rows
from .rulebook import Rulebook, build_strided, build_submanifold
from .sparse_tensor import SparseTensor

if TYPE_CHECKING:
    from .modules import SparseConv3d


def convolve(x: SparseTensor, conv: SparseConv3d) -> SparseTensor:
    """Run one convolution.

    Args:
        x: input.
        conv: the layer.

    Raises:
        KeyError: if an inverse convolution names a rulebook that was not made.
        ValueError: if the rulebook of the key was made for other voxels or another kernel.
    """
    book = _find_rulebook(x, conv)
    if conv.kind == 'inverse':
        kernel_map, coords, shape = book.kernel_map.reversed(), book.in_coords, book.in_shape
    else:
        kernel_map, coords, shape = book.kernel_map, book.out_coords, book.out_shape
    feats = convolve_rows(x.feats, conv.weight, kernel_map)
    if conv.bias is not None:
        feats = feats + conv.bias
    return SparseTensor(feats, coords, x.batch_size, shape, x.rulebooks)


def _find_rulebook(x: SparseTensor, conv: SparseConv3d) -> Rulebook:
    """Take the rulebook of the layer's key, or make it."""
    book = x.rulebooks.get(conv.indice_key)
    if book is None:
        if conv.kind == 'inverse':
            raise KeyError(
                f'InverseConv3d needs the rulebook {conv.indice_key!r}, which no StridedConv3d '
                f'made; there are {sorted(x.rulebooks)}')
        if conv.kind == 'submanifold':
            book = build_submanifold(x.coords, conv.kernel_size, x.shape)
        else:
            book = build_strided(x.coords, conv.kernel_size, conv.stride, conv.padding, x.shape)
        x.rulebooks[conv.indice_key] = book
        return book
    expected_kind = 'strided' if conv.kind == 'inverse' else conv.kind
    _check(book, expected_kind, conv, x.coords)
    return book


def _check(book: Rulebook, kind: str, conv: SparseConv3d, coords: Tensor) -> None:
    """Refuse a rulebook of another geometry or of other voxels."""
    own = (conv.kernel_size, conv.stride, conv.padding)
    same_geometry = book.geometry[0] == own[0] if conv.kind == 'inverse' else book.geometry == own
    source = book.out_coords if conv.kind == 'inverse' else book.in_coords
    if book.kind != kind or not same_geometry or source is not coords:
        raise ValueError(
            f'the rulebook {conv.indice_key!r} was made by a {book.kind} convolution of kernel, '
            f'stride, padding {book.geometry} on {len(source)} voxels; a {conv.kind} one of {own} '
            f'on {len(coords)} voxels of its own needs another indice_key')
