"""How far points are from the voxels that stand for them."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mmcrossdistill.datasets.transforms.loading import LoadPoints
from mmcrossdistill.models.data_preprocessors import Voxelizer
from mmcrossdistill.models.data_preprocessors.voxelizer import to_cartesian
from mmcrossdistill.structures import PointBatch

RANGE_EDGES = (0, 10, 20, 30, 40, 50, 75, 100, float('inf'))  # metres from the sensor
# Mean distance of a uniform point from a corner and from the centre of the unit cube.
CUBE_CORNER = 0.9605919564
CUBE_CENTRE = CUBE_CORNER / 2
OWN_VEHICLE = 3.0  # metres within which a car sees itself
_MM = 1000.0


@dataclass(frozen=True)
class Distances:
    """Distances of the points of one cloud, millimetres.

    Args:
        corner ((N,) float64): to the lower corner of the own voxel.
        centre ((N,) float64): to its centre.
        voxel ((N,) int64): row of the voxel.
        range_m ((N,) float64): metres from the sensor.
    """

    corner: Tensor
    centre: Tensor
    voxel: Tensor
    range_m: Tensor


def list_clouds(paths: Sequence[Path]) -> list[Path]:
    """List the files of clouds.

    Args:
        paths: files, or folders whose ``.bin`` and ``.npy`` files are meant.

    Raises:
        FileNotFoundError: if a folder has none.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(file for file in path.glob('*') if file.suffix in ('.bin', '.npy'))
        if path.is_dir() and not inside:
            raise FileNotFoundError(f'{path} has no .bin and no .npy files')
        found += inside if path.is_dir() else [path]
    return found


def read_coords(path: Path, num_pts_feats: int | None = None) -> Tensor:
    """Read the coordinates of a cloud.

    Args:
        path: ``.npy`` with (N, 3 or more), or float32 values, row after row.
        num_pts_feats: values per point of the latter; by default 5 for nuScenes' ``.pcd.bin`` and
            4 for KITTI's ``.bin``.

    Returns:
        (N, 3) float32: x, y, z, metres.

    Raises:
        FileNotFoundError: if the file does not exist.
        ValueError: if it is no cloud.
    """
    if path.suffix == '.npy' and path.is_file():
        values = np.load(path)
        if values.ndim != 2 or values.shape[1] < 3 or not len(values):
            raise ValueError(
                f'point cloud {path} has shape {values.shape}, expected (N, 3 or more)')
        return torch.from_numpy(values[:, :3].astype(np.float32))
    if num_pts_feats is None:
        num_pts_feats = 5 if path.name.endswith('.pcd.bin') else 4
    results = LoadPoints().transform(dict(
        lidar_points=dict(lidar_path=str(path), num_pts_feats=num_pts_feats)))
    return torch.from_numpy(results['points'][:, :3])


def drop_near(coords: Tensor, min_range: float | None) -> tuple[Tensor, float]:
    """Leave out the returns of the own vehicle.

    Args:
        coords ((N, 3) float32): x, y, z, metres.
        min_range: metres; ``None`` for :data:`OWN_VEHICLE`, or 0 where no point is farther.

    Returns:
        (M, 3) float32: the other points. The range that was used, metres.
    """
    ranges = coords.norm(dim=1)
    if min_range is None:
        min_range = OWN_VEHICLE if bool((ranges >= OWN_VEHICLE).any()) else 0.0
    return coords[ranges >= min_range], min_range


def measure_distances(coords: Tensor, voxelizer: Voxelizer) -> Distances:
    """Quantise a cloud and measure in Cartesian space.

    Args:
        coords ((N, 3) float32): x, y, z, metres.
        voxelizer: with an absolute origin and 'floor'.
    """
    points = PointBatch(
        coords, coords.new_zeros(len(coords), 5), torch.zeros(len(coords), dtype=torch.int64),
        None, 1)
    voxels = voxelizer(points)
    size = torch.tensor(voxelizer.grid.voxel_size, dtype=torch.float64)
    index = voxels.coords[voxels.inverse, 1:].double()
    exact = coords.double()
    places = [index * size, (index + 0.5) * size]
    if voxelizer.grid.coords == 'cylindrical':
        places = [to_cartesian(place) for place in places]
    corner, centre = ((exact - place).norm(dim=1) * _MM for place in places)
    return Distances(corner, centre, voxels.inverse, exact.norm(dim=1))


def summarise(distances: Distances, edges: Sequence[float] = RANGE_EDGES) -> dict[str, Any]:
    """Take means over points and over occupied voxels, and over points by range.

    Args:
        distances: of one cloud.
        edges: of the range bins, metres; bins without points are left out.

    Returns:
        ``corner_mm``, ``center_mm`` (means over points), ``per_voxel`` (the same keys; first over
        the points of a voxel, then over voxels), ``by_range`` (one dict per bin), ``num_points``,
        ``num_voxels``.
    """
    counts = torch.bincount(distances.voxel)
    values = dict(corner_mm=distances.corner, center_mm=distances.centre)
    bins = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        inside = (distances.range_m >= low) & (distances.range_m < high)
        if bool(inside.any()):
            bins.append(dict(
                from_m=low, to_m=None if high == float('inf') else high,
                num_points=int(inside.sum()),
                **{key: _round(value[inside].mean()) for key, value in values.items()}))
    per_voxel = {
        key: _round((torch.bincount(distances.voxel, weights=value) / counts).mean())
        for key, value in values.items()}
    return dict(
        {key: _round(value.mean()) for key, value in values.items()},
        per_voxel=per_voxel, by_range=bins, num_points=len(distances.voxel),
        num_voxels=len(counts))


def _round(value: Tensor) -> float:
    """Keep micrometres."""
    return round(float(value), 3)
