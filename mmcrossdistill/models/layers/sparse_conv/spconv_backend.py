"""Sparse convolutions by spconv, for CUDA.

spconv's CPU path is not used: with more than one thread its sums race, and it has no backward pass.
"""
from __future__ import annotations

import importlib
import logging
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import torch
from mmengine.logging import print_log
from torch import Tensor, nn
from torch.func import functional_call

from .sparse_tensor import SparseTensor

if TYPE_CHECKING:
    from .modules import SparseConv3d

# spconv knows no negative index. Shifting by a multiple of the strides of all levels together
# keeps the alignment to index 0, which a shift to the minimum of each cloud would not.
_PHASE = 64
_layers: WeakKeyDictionary[SparseConv3d, nn.Module] = WeakKeyDictionary()


@dataclass
class Native:
    """What spconv keeps of a tensor.

    Args:
        sparse: spconv's tensor.
        shift ((3,) int64): added to the indices.
    """

    sparse: Any
    shift: Tensor


def convolve(x: SparseTensor, conv: SparseConv3d) -> SparseTensor:
    """Run one convolution.

    Args:
        x: input.
        conv: the layer.
    """
    spconv = find_spconv()
    native = x.native if x.native is not None else _make_native(spconv, x)
    if conv not in _layers:
        _layers[conv] = _make_layer(spconv, conv)
    width_in, width_out = conv.weight.shape[1:]
    parameters = {'weight': conv.weight.view(*conv.kernel_size, width_in, width_out)
                  .permute(4, 0, 1, 2, 3).contiguous()}
    if conv.bias is not None:
        parameters['bias'] = conv.bias
    sparse = functional_call(
        _layers[conv], parameters, (native.sparse.replace_feature(x.feats.contiguous()),))
    if conv.kind == 'submanifold':
        coords, shift, shape = x.coords, native.shift, x.shape
    elif conv.kind == 'strided':
        x.rulebooks[conv.indice_key] = (x.coords, native.shift, x.shape)
        shift = native.shift // native.shift.new_tensor(conv.stride)
        coords = sparse.indices.long()
        coords[:, 1:] -= shift
        shape = None if x.shape is None else tuple(sparse.spatial_shape)
    else:
        coords, shift, shape = x.rulebooks[conv.indice_key]
    return SparseTensor(
        sparse.features, coords, x.batch_size, shape, x.rulebooks, Native(sparse, shift))


@lru_cache(maxsize=1)
def find_spconv() -> ModuleType | None:
    """Import spconv; without it, ``None`` and one warning that names the remedy."""
    try:
        return importlib.import_module('spconv.pytorch')
    except ImportError as error:
        print_log(
            f'spconv cannot be imported ({error}): sparse convolutions run as gathers and matrix '
            'products of PyTorch, with the same results but slower; install the wheel of your CUDA '
            'version, e.g. pip install spconv-cu120', logger='current', level=logging.WARNING)
        return None


def _make_native(spconv: ModuleType, x: SparseTensor) -> Native:
    """Hand a tensor to spconv."""
    # spconv reads the memory as rows, whatever the strides (those of nonzero() are columns).
    indices = x.coords.int().contiguous()
    if x.shape is not None:
        shape, shift = list(x.shape), x.coords.new_zeros(3)
    else:
        # One empty phase on each side: outputs beyond the inputs must stay inside spconv's grid.
        extent = x.coords[:, 1:] if len(x.coords) else x.coords.new_zeros(1, 3)
        shift = (1 - extent.amin(0).div(_PHASE, rounding_mode='floor')) * _PHASE
        shape = ((extent.amax(0) + shift) // _PHASE + 2) * _PHASE
        indices[:, 1:] += shift.int()
        shape = shape.tolist()
    sparse = spconv.SparseConvTensor(x.feats.contiguous(), indices, shape, x.batch_size)
    return Native(sparse, shift)


def _make_layer(spconv: ModuleType, conv: SparseConv3d) -> nn.Module:
    """Make spconv's layer without weights; ours are given at each call."""
    common = dict(
        kernel_size=conv.kernel_size, bias=conv.bias is not None, indice_key=conv.indice_key)
    with torch.device('meta'):
        if conv.kind == 'submanifold':
            return spconv.SubMConv3d(conv.in_channels, conv.out_channels, **common)
        if conv.kind == 'strided':
            return spconv.SparseConv3d(
                conv.in_channels, conv.out_channels, stride=conv.stride, padding=conv.padding,
                **common)
        return spconv.SparseInverseConv3d(conv.in_channels, conv.out_channels, **common)
