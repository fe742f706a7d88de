"""Where points fall on WaffleIron's 2D grids."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from mmcrossdistill.models.layers.scatter import inverse_counts
from mmcrossdistill.structures.point_batch import PointBatch

# Coordinate axes of each plane, in the order the layers cycle through: (x, y), (x, z), (y, z).
PLANE_AXES = ((0, 1), (0, 2), (1, 2))


@dataclass
class PlaneIndex:
    """Cells of the points of a batch on one plane.

    Args:
        cell ((N,) int64): flat cell, ``(cloud * H + row) * W + column``.
        weight ((N, 1) float32): 1 / (points in the cell + 1e-6), so that a sum is a mean.
        shape: (clouds, H, W).
    """

    cell: Tensor
    weight: Tensor
    shape: tuple[int, int, int]


def index_planes(
    points: PointBatch,
    grids: Sequence[tuple[int, int]],
    point_range: Sequence[float],
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

    Returns:
        One index per plane.
    """
    minimum = points.coords.new_tensor(point_range[:3])
    extent = points.coords.new_tensor(point_range[3:]) - minimum
    offsets = points.coords - minimum
    planes = []
    for axes, (height, width) in zip(PLANE_AXES, grids, strict=True):
        cells = [
            (offsets[:, axis] / (extent[axis] / count)).long().clamp(0, count - 1)
            for axis, count in zip(axes, (height, width), strict=True)]
        flat = (points.batch_idx * height + cells[0]) * width + cells[1]
        weight = inverse_counts(flat, points.batch_size * height * width, eps=1e-6)
        planes.append(PlaneIndex(flat, weight, (points.batch_size, height, width)))
    return planes
