"""The voxels of a batch, concatenated."""
from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
from torch import Tensor

from .point_batch import PointBatch

# Bits of one coordinate in a key: 3.2 km to each side at 10 cm, and 32 767 clouds.
KEY_BITS = 16
COORD_LIMIT = 2 ** (KEY_BITS - 1)


@dataclass(frozen=True)
class VoxelGrid:
    """How points became voxels; networks trained on one grid are worth nothing on another.

    Args:
        voxel_size: size along the three axes: metres, or metres, degrees, metres for cylindrical
            coordinates.
        coords: 'cartesian' (x, y, z) or 'cylindrical' (rho, phi, z).
        rounding: 'floor' or 'round'.
        origin: where index 0 begins, in the units of ``voxel_size``, or 'minimum' (of each cloud).
        features: names of the input channels, in order.
        reduce: 'first' (the point that represents the voxel), or 'mean' or 'max' (of what the
            network reads of its points).
    """

    voxel_size: tuple[float, float, float]
    coords: str
    rounding: str
    origin: tuple[float, float, float] | str
    features: tuple[str, ...]
    reduce: str

    def to_dict(self) -> dict[str, Any]:
        """Give plain lists, numbers and strings, as a checkpoint's meta holds them."""
        return {name: list(value) if isinstance(value, tuple) else value
                for name, value in asdict(self).items()}

    def ensure_equals(self, expected: dict[str, Any], source: str) -> None:
        """Compare with the grid that a checkpoint was trained on.

        Args:
            expected: :meth:`to_dict` of that grid.
            source: file name for the message.

        Raises:
            ValueError: if they differ; the message says in what.
        """
        own = self.to_dict()
        differing = [key for key in own | expected if own.get(key) != expected.get(key)]
        if differing:
            wanted = ', '.join(f'{key}={expected.get(key)!r}' for key in differing)
            found = ', '.join(f'{key}={own.get(key)!r}' for key in differing)
            raise ValueError(
                f'the weights of {source} were trained on voxels of {wanted}, here they are of '
                f'{found}; set data_preprocessor.voxelizer accordingly')


@dataclass
class VoxelBatch:
    """Voxels of all clouds of a batch, one after the other, without padding.

    Args:
        coords ((V, 4) int64): cloud and index along the three axes, unique and sorted
            lexicographically.
        feats ((V, C) float32): input features.
        batch_size: number of clouds, empty ones included.
        inverse ((N,) int64): voxel row of each point row.
        point_row ((V,) int64): row of the point that represents the voxel, the first of the cloud
            that falls into it.
        grid: how the voxels were made; ``None`` where nobody needs to know.
    """

    coords: Tensor
    feats: Tensor
    batch_size: int
    inverse: Tensor
    point_row: Tensor | None = None
    grid: VoxelGrid | None = None

    def __len__(self) -> int:
        return self.coords.shape[0]

    def to(self, device: torch.device | str) -> VoxelBatch:
        """Move every tensor.

        Args:
            device: target device.
        """
        moved = {
            field.name: value.to(device) if isinstance(value := getattr(self, field.name), Tensor)
            else value for field in fields(self)}
        return VoxelBatch(**moved)


def pack_coords(coords: Tensor) -> Tensor:
    """Make one integer of each voxel; keys sort as the rows of ``coords`` do.

    Args:
        coords ((V, 4) int64): cloud and three indices in [-2^15, 2^15).

    Returns:
        (V,) int64: keys.
    """
    batch, first, second, third = coords.unbind(1)
    key = (batch << KEY_BITS) + (first + COORD_LIMIT)
    key = (key << KEY_BITS) + (second + COORD_LIMIT)
    return (key << KEY_BITS) + (third + COORD_LIMIT)


def unpack_coords(keys: Tensor) -> Tensor:
    """Undo :func:`pack_coords`.

    Args:
        keys ((V,) int64): keys.

    Returns:
        (V, 4) int64: cloud and three indices.
    """
    mask = 2 ** KEY_BITS - 1
    parts = [((keys >> (KEY_BITS * place)) & mask) - COORD_LIMIT for place in (2, 1, 0)]
    return torch.stack([keys >> (3 * KEY_BITS), *parts], dim=1)


def cloud(inputs: dict[str, Any]) -> VoxelBatch | PointBatch:
    """Pick what the 3D backbone reads.

    Args:
        inputs: output of the data preprocessor.

    Returns:
        The voxels where the preprocessor made them, else the points.
    """
    return inputs['voxels'] if 'voxels' in inputs else inputs['points']
