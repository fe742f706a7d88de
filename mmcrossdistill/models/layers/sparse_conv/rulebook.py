"""Which input voxel meets which output voxel under which element of a kernel."""
from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mmcrossdistill.structures.voxel_batch import pack_coords, unpack_coords

Triple = tuple[int, int, int]


@dataclass(frozen=True)
class KernelMap:
    """Pairs of an input row and an output row, by kernel element.

    Within one element each input row and each output row occurs at most once, in ascending order.

    Args:
        inputs (K tensors of (P_k,) int64): input rows of each kernel element.
        outputs (K tensors of (P_k,) int64): output rows.
        num_inputs: input rows.
        num_outputs: output rows.
        identity: element that maps each row to itself; its tensors are empty. ``None`` if there is
            none.
    """

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    num_inputs: int
    num_outputs: int
    identity: int | None = None

    def reversed(self) -> KernelMap:
        """Let the outputs be inputs, as an inverse convolution does."""
        return KernelMap(
            self.outputs, self.inputs, self.num_outputs, self.num_inputs, self.identity)


@dataclass(frozen=True)
class Rulebook:
    """What convolutions of one indice key share.

    Args:
        kind: 'submanifold' or 'strided'.
        geometry: kernel size, stride and padding.
        kernel_map: the pairs.
        in_coords ((V, 4) int64): voxels of the input.
        out_coords ((W, 4) int64): voxels of the output.
        in_shape: grid of the input, ``None`` if unbounded.
        out_shape: grid of the output.
    """

    kind: str
    geometry: tuple[Triple, Triple, Triple]
    kernel_map: KernelMap
    in_coords: Tensor
    out_coords: Tensor
    in_shape: Triple | None
    out_shape: Triple | None


def build_submanifold(coords: Tensor, kernel_size: Triple, shape: Triple | None) -> Rulebook:
    """Find the neighbours of each voxel among the voxels themselves.

    Kernel element (a, b, c), axis 0 slowest, reads the voxel at the output's index
    + (a, b, c) - kernel_size // 2.

    Args:
        coords ((V, 4) int64): voxels, sorted.
        kernel_size: odd sizes.
        shape: grid, kept as it is.
    """
    keys = sorted_keys(coords)
    count = len(keys)
    centre = [(size - 1) // 2 for size in kernel_size]
    offsets = list(itertools.product(*map(range, kernel_size)))
    half = len(offsets) // 2
    inputs: list[Tensor] = [keys.new_zeros(0)] * len(offsets)
    outputs = list(inputs)
    rows = torch.arange(count, device=coords.device)
    for element in range(half if count else 0):
        step = [index - middle for index, middle in zip(offsets[element], centre, strict=True)]
        wanted = keys + _key_step(step)
        place = torch.searchsorted(keys, wanted).clamp_max_(count - 1)
        found = keys[place] == wanted
        inputs[element], outputs[element] = place[found], rows[found]
        # The opposite element joins the same voxels the other way round.
        inputs[-1 - element], outputs[-1 - element] = outputs[element], inputs[element]
    kernel_map = KernelMap(tuple(inputs), tuple(outputs), count, count, half)
    geometry = (tuple(kernel_size), (1, 1, 1), tuple(centre))
    return Rulebook('submanifold', geometry, kernel_map, coords, coords, shape, shape)


def build_strided(
    coords: Tensor, kernel_size: Triple, stride: Triple, padding: Triple, shape: Triple | None,
) -> Rulebook:
    """Find the outputs that at least one voxel reaches, and their inputs.

    Kernel element (a, b, c) of output o reads the voxel o * stride - padding + (a, b, c). In an
    unbounded grid outputs are aligned to the absolute index 0 (floor division), as in
    MinkowskiEngine; in a bounded one they stay inside, as in a dense convolution.

    Args:
        coords ((V, 4) int64): voxels, sorted.
        kernel_size: sizes.
        stride: steps between outputs.
        padding: of the grid.
        shape: grid, ``None`` if unbounded.
    """
    out_shape = None if shape is None else tuple(
        (size + 2 * p - k) // s + 1
        for size, p, k, s in zip(shape, padding, kernel_size, stride, strict=True))
    own_keys = sorted_keys(coords)
    by_axis = [
        _reach_along_axis(index, *geometry) for index, *geometry in zip(
            coords[:, 1:].unbind(1), kernel_size, stride, padding, out_shape or (None,) * 3,
            map(_key_step, ((1, 0, 0), (0, 1, 0), (0, 0, 1))), strict=True)]
    inputs, keys = [], []
    for along_axes in itertools.product(*by_axis):
        (first, first_step), (second, second_step), (third, third_step) = along_axes
        rows = (first & second & third).nonzero().squeeze(1)
        inputs.append(rows)
        keys.append((own_keys + first_step + second_step + third_step)[rows])
    out_keys, out_rows = torch.unique(torch.cat(keys), return_inverse=True)
    outputs = out_rows.split([len(rows) for rows in inputs])
    kernel_map = KernelMap(tuple(inputs), tuple(outputs), len(coords), len(out_keys))
    geometry = (tuple(kernel_size), tuple(stride), tuple(padding))
    return Rulebook(
        'strided', geometry, kernel_map, coords, unpack_coords(out_keys), shape, out_shape)


def _reach_along_axis(
    index: Tensor, kernel_size: int, stride: int, padding: int, bound: int | None, key_step: int,
) -> list[tuple[Tensor, Tensor]]:
    """Find what each element of one axis of the kernel joins.

    Args:
        index ((V,) int64): the voxels' index along the axis.
        kernel_size: elements.
        stride: steps between outputs.
        padding: of the grid.
        bound: outputs along the axis, ``None`` if unbounded.
        key_step: difference of the keys of neighbours along the axis.

    Returns:
        For each element, which voxels it reads ((V,) bool), and what the output's key has more than
        the voxel's along this axis ((V,) int64).
    """
    reach = []
    for element in range(kernel_size):
        shifted = index + (padding - element)
        output = shifted.div(stride, rounding_mode='floor')
        read = output * stride == shifted
        if bound is not None:
            read &= (output >= 0) & (output < bound)
        reach.append((read, (output - index) * key_step))
    return reach


def sorted_keys(coords: Tensor) -> Tensor:
    """Make the keys of voxels and insist on their order.

    Args:
        coords ((V, 4) int64): voxels.

    Returns:
        (V,) int64: keys, ascending.

    Raises:
        ValueError: if the voxels are not unique and sorted.
    """
    keys = pack_coords(coords)
    if not bool((keys[1:] > keys[:-1]).all()):
        raise ValueError(
            'the voxels of a SparseTensor must be unique and sorted lexicographically; take them '
            'from a Voxelizer, or sort them')
    return keys


def _key_step(step: Sequence[int]) -> int:
    """Difference of the keys of two voxels of one cloud.

    Args:
        step: difference of the indices.
    """
    origin, moved = pack_coords(torch.tensor([[0, 0, 0, 0], [0, *step]])).tolist()
    return moved - origin
