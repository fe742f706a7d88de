"""Features at occupied voxels."""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor

from .rulebook import Rulebook


@dataclass
class SparseTensor:
    """Features of the occupied voxels of a batch of clouds.

    Args:
        feats ((V, C) float): one row per voxel.
        coords ((V, 4) int64): cloud and index along the three axes, unique and sorted
            lexicographically (a :class:`VoxelBatch` has them so). spconv orders the voxels of
            coarser grids as it likes.
        batch_size: number of clouds, empty ones included.
        shape: voxels along the three axes of a bounded grid, whose indices start at 0; ``None``
            for an unbounded one, where negative indices are welcome.
        rulebooks: those made so far, by indice key; shared by all tensors of one forward pass.
        native: what spconv keeps of the tensor on CUDA.
    """

    feats: Tensor
    coords: Tensor
    batch_size: int
    shape: tuple[int, int, int] | None = None
    rulebooks: dict[str, Rulebook] = field(default_factory=dict)
    native: Any = None

    def with_feats(self, feats: Tensor) -> SparseTensor:
        """Put other features at the same voxels.

        Args:
            feats ((V, C) float): one row per voxel.
        """
        return replace(self, feats=feats)
