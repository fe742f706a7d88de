"""Where points fall on WaffleIron's 2D grids."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mmcrossdistill.models.layers.scatter import inverse_counts
from mmcrossdistill.structures.point_batch import PointBatch

from .waffleiron_sparse import Stencil, build_stencil

# Coordinate axes of each plane, in the order the layers cycle through: (x, y), (x, z), (y, z).
PLANE_AXES = ((0, 1), (0, 2), (1, 2))
CONVOLUTIONS = ('auto', 'dense', 'sparse')
# 'auto' is sparse (on CPU) from this many cells per occupied cell on;
# tools/benchmarks/waffleiron_speed.py measures both sides of it.
SPARSE_FROM = 6


@dataclass
class PlaneIndex:
    """Cells of the points of a batch on one plane.

    Args:
        slot ((N,) int64): row of each point's cell, among all cells or among the occupied ones.
        weight ((N, 1) float32): 1 / (points in the cell + 1e-6), so that a sum is a mean.
        num_slots: number of rows.
        shape: (clouds, H, W).
        stencil: neighbourhoods of the occupied cells; ``None`` if the rows are all cells,
            ``(cloud * H + row) * W + column``.
    """

    slot: Tensor
    weight: Tensor
    num_slots: int
    shape: tuple[int, int, int]
    stencil: Stencil | None


def index_planes(
    points: PointBatch,
    grids: Sequence[tuple[int, int]],
    point_range: Sequence[float],
    convolution: str = 'auto',
) -> list[PlaneIndex]:
    """Find each point's cell on the three planes, once per forward pass.

    A cell is ``trunc((p - minimum) / resolution)`` with resolution = extent / cells; flat ids are
    row-major with the plane's first axis as rows. Points outside the range count for the nearest
    border cell: the pipeline crops them, and a check here would wait for the device.
    Source: WaffleIron, section 3.2.

    Args:
        points: the batch.
        grids: cells (H, W) of the planes (x, y), (x, z) and (y, z).
        point_range: x, y, z minimum, then maximum, metres.
        convolution: ``'dense'``, ``'sparse'`` or ``'auto'``, which counts the occupied cells.

    Returns:
        One index per plane.
    """
    minimum, maximum = point_range[:3], point_range[3:]
    # Scalars filled in on the device: a list would be uploaded, for which the host waits.
    extent = [points.coords.new_full((), maximum[axis]) - minimum[axis] for axis in range(3)]
    planes = []
    for axes, (height, width) in zip(PLANE_AXES, grids, strict=True):
        cells = [
            ((points.coords[:, axis] - minimum[axis]) / (extent[axis] / count))
            .long().clamp(0, count - 1)
            for axis, count in zip(axes, (height, width), strict=True)]
        flat = (points.batch_idx * height + cells[0]) * width + cells[1]
        planes.append(_index_plane(flat, (points.batch_size, height, width), convolution))
    return planes


def _index_plane(flat: Tensor, shape: tuple[int, int, int], convolution: str) -> PlaneIndex:
    """Choose the rows of one plane.

    Args:
        flat ((N,) int64): flat cell of each point.
        shape: (clouds, H, W).
        convolution: ``'dense'``, ``'sparse'`` or ``'auto'``.

    Returns:
        The plane's index.
    """
    num_cells = shape[0] * shape[1] * shape[2]
    weight = inverse_counts(flat, num_cells, eps=1e-6)
    # On an accelerator, counting cells would make the host wait in every forward pass, and nothing
    # has been measured there: 'auto' stays dense.
    if convolution == 'sparse' or (convolution == 'auto' and flat.device.type == 'cpu'):
        occupied = torch.zeros(num_cells, dtype=torch.bool, device=flat.device)
        occupied[flat] = True
        cells = occupied.nonzero().squeeze(1)
        if convolution == 'sparse' or SPARSE_FROM * cells.shape[0] <= num_cells:
            row_of_cell = torch.zeros_like(occupied, dtype=torch.int64)
            row_of_cell[cells] = torch.arange(cells.shape[0], device=flat.device)
            return PlaneIndex(
                row_of_cell.index_select(0, flat), weight, cells.shape[0], shape,
                build_stencil(occupied.view(shape), cells))
    return PlaneIndex(flat, weight, num_cells, shape, None)
