"""A grid of cells over the ground."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mmcrossdistill.models.data_preprocessors.voxelizer import to_cylindrical

_COORDS = ('cartesian', 'cylindrical')


@dataclass(frozen=True)
class BevGrid:
    """Cells of the bird's eye view; places in it are counted in cells.

    A place is a pair of floats: cell (i, j) reaches from (i, j) to (i + 1, j + 1). The angle of a
    cylindrical grid wraps, all else ends: points beyond count to the outermost cells.

    Args:
        size: numbers of cells along x and y, or along distance and angle.
        coords: 'cartesian' or 'cylindrical'.
        low: lower corner: x and y in metres; not read for a cylindrical grid, which begins at
            0 m and -180 degrees.
        high: upper corner, likewise; for a cylindrical grid the largest distance alone.

    Raises:
        ValueError: if a setting is malformed.
    """

    size: Sequence[int]
    coords: str = 'cylindrical'
    low: Sequence[float] = (0.0, -180.0)
    high: Sequence[float] = (50.0, 180.0)

    def __post_init__(self) -> None:
        if self.coords not in _COORDS:
            raise ValueError(f'coords must be one of {_COORDS}, got {self.coords!r}')
        if (len(self.size) != 2 or min(self.size) < 1 or len(self.low) != 2
                or len(self.high) != 2
                or any(a >= b for a, b in zip(self.low, self.high, strict=True))):
            raise ValueError(
                'BevGrid needs two positive numbers of cells and two corners (low, high), got '
                f'{self.size}, {self.low} and {self.high}')
        if self.wraps and (self.low[1], self.high[1]) != (-180, 180):
            raise ValueError(
                'the angle of a cylindrical BevGrid goes from -180 to 180 degrees, got '
                f'{self.low[1]} to {self.high[1]}')

    @property
    def wraps(self) -> bool:
        """Whether the second axis is an angle."""
        return self.coords == 'cylindrical'

    def locate(self, xy: Tensor) -> Tensor:
        """Find the places of points.

        Args:
            xy ((N, 2) float): x and y, metres.

        Returns:
            (N, 2) float: places in cells, outside the grid where the points are.
        """
        if self.wraps:
            xy = to_cylindrical(torch.cat([xy, torch.zeros_like(xy[:, :1])], dim=1))[:, :2]
        low, high, size = (xy.new_tensor(values) for values in (self.low, self.high, self.size))
        return (xy - low) * (size / (high - low))

    def cells(self, places: Tensor) -> Tensor:
        """Find the cells of places.

        Args:
            places ((N, 2) float): in cells.

        Returns:
            (N, 2) int64: inside the grid.
        """
        last = torch.tensor(self.size, device=places.device) - 1
        return torch.minimum(places.floor().long().clamp_min(0), last)

    def flatten(self, cells: Tensor, batch_idx: Tensor) -> Tensor:
        """Number the cells of a batch of grids, row by row.

        Args:
            cells ((N, 2) int64): inside the grid.
            batch_idx ((N,) int64): grid of each cell.

        Returns:
            (N,) int64: rows of a flattened (B, H, W) map.
        """
        return (batch_idx * self.size[0] + cells[:, 0]) * self.size[1] + cells[:, 1]

    def shortest(self, difference: Tensor) -> Tensor:
        """Take differences of places the short way round.

        Args:
            difference ((..., 2) float): in cells.

        Returns:
            (..., 2) float: on a cylindrical grid the second value is in [-W / 2, W / 2).
        """
        if not self.wraps:
            return difference
        along, around = difference.unbind(-1)
        half = self.size[1] / 2
        return torch.stack([along, torch.remainder(around + half, self.size[1]) - half], dim=-1)
