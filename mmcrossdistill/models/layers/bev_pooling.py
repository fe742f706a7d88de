"""Maxima of rows over the columns of a grid."""
from __future__ import annotations

from torch import Tensor

from .bev_grid import BevGrid


def max_over_columns(rows: Tensor, cells: Tensor, batch_idx: Tensor, batch_size: int,
                     grid: BevGrid) -> Tensor:
    """Make a map of the ground: the maximum of the rows over each cell, per channel.

    Args:
        rows ((N, C) float): features of points or voxels.
        cells ((N, 2) int64): cell of each row.
        batch_idx ((N,) int64): cloud of each row.
        batch_size: B.
        grid: of the cells.

    Returns:
        (B, C, H, W) float: the map, zero in empty cells.
    """
    index = grid.flatten(cells, batch_idx)[:, None].expand_as(rows)
    view = rows.new_zeros(batch_size * grid.size[0] * grid.size[1], rows.shape[1])
    view = view.scatter_reduce(0, index, rows, 'amax', include_self=False)
    return view.view(batch_size, *grid.size, -1).permute(0, 3, 1, 2)
