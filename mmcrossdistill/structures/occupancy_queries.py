"""Places of which it is known whether they are occupied."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate

import torch
from torch import Tensor

# Values of ``OccupancyQueries.kind``.
INSIDE, OUTSIDE, FAR = 0, 1, 2


@dataclass
class OccupancyQueries:
    """Q places along the rays of a scan, and P pairs of a place and a point near it.

    Found on the CPU (``SampleOccupancyQueries``): on the device, P is known without asking it.

    Args:
        kind ((Q,) int64): ``INSIDE`` just behind a return, occupied; ``OUTSIDE`` just before one
            and ``FAR`` anywhere on the way to one, both empty.
        source ((Q,) int64): point whose ray a place lies on; a row of the cloud as loaded.
        query_idx ((P,) int64): place of each pair.
        point_idx ((P,) int64): point of each pair; a row of what the 3D backbone gives.
        offset ((P, 3) float32): from the point to the place, metres.
    """

    kind: Tensor
    source: Tensor
    query_idx: Tensor
    point_idx: Tensor
    offset: Tensor

    def __len__(self) -> int:
        return self.kind.shape[0]

    @staticmethod
    def cat(items: Sequence[OccupancyQueries], num_points: Sequence[int]) -> OccupancyQueries:
        """Stack the places of a batch.

        Args:
            items: one per sample.
            num_points: points of each sample.
        """
        points = list(accumulate(num_points[:-1], initial=0))
        places = list(accumulate((len(item) for item in items[:-1]), initial=0))
        return OccupancyQueries(
            torch.cat([item.kind for item in items]),
            torch.cat([item.source + start for item, start in zip(items, points, strict=True)]),
            torch.cat([item.query_idx + start for item, start in zip(items, places, strict=True)]),
            torch.cat([item.point_idx + start for item, start in zip(items, points, strict=True)]),
            torch.cat([item.offset for item in items]))

    def remap_points(self, new_index: Tensor) -> OccupancyQueries:
        """Let the pairs point at voxels; offsets still count from the points.

        Args:
            new_index ((N,) int64): row of each point's voxel.
        """
        return replace(self, point_idx=new_index[self.point_idx])

    def to(self, device: torch.device | str, non_blocking: bool = False) -> OccupancyQueries:
        """Move every tensor.

        Args:
            device: target device.
            non_blocking: passed to :meth:`torch.Tensor.to`.
        """
        return OccupancyQueries(*(
            getattr(self, field.name).to(device, non_blocking=non_blocking)
            for field in fields(self)))
