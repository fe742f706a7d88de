"""The points of a batch, concatenated."""
from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor


@dataclass
class PointBatch:
    """Points of all clouds of a batch, one after the other, without padding.

    Args:
        coords ((N, 3) float32): x, y, z in the lidar frame, metres.
        feats ((N, 5) float32): intensity, x, y, z, range, as WaffleIron and ScaLR order them.
        batch_idx ((N,) int64): cloud of each point, ascending.
        neighbors ((N, K) int64): rows of the K nearest points of the same cloud, the point itself
            excluded; ``None`` for backbones that need none.
        batch_size: number of clouds, empty ones included.
    """

    coords: Tensor
    feats: Tensor
    batch_idx: Tensor
    neighbors: Tensor | None
    batch_size: int

    def __len__(self) -> int:
        return self.coords.shape[0]

    def to(self, device: torch.device | str) -> PointBatch:
        """Move every tensor.

        Args:
            device: target device.
        """
        moved = {
            field.name: value.to(device) if isinstance(value := getattr(self, field.name), Tensor)
            else value for field in fields(self)}
        return PointBatch(**moved)
