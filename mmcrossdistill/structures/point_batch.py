"""The points of a batch, concatenated."""
from __future__ import annotations

from collections.abc import Sequence
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

    @classmethod
    def from_clouds(
        cls, clouds: Sequence[Tensor], intensity_mean: float = 0.0, intensity_std: float = 1.0,
        sizes: Sequence[int] | None = None,
    ) -> PointBatch:
        """Concatenate clouds.

        Args:
            clouds (list of (N_i, 4+) float): x, y, z, metres, and the intensity of the file; more
                columns are not read.
            intensity_mean: subtracted from the intensity.
            intensity_std: divides it then.
            sizes: points of each cloud, where items of ``clouds`` hold several.
        """
        points = torch.cat([cloud[:, :4] for cloud in clouds]).float()
        coords = points[:, :3]
        intensity = (points[:, 3:4] - intensity_mean) / intensity_std
        feats = torch.cat([intensity, coords, coords.norm(dim=1, keepdim=True)], dim=1)
        sizes = [len(cloud) for cloud in clouds] if sizes is None else list(sizes)
        batch_idx = torch.repeat_interleave(
            torch.arange(len(sizes), device=points.device),
            torch.tensor(sizes, device=points.device), output_size=len(points))
        return cls(coords, feats, batch_idx, None, len(sizes))

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
