"""From points to voxels."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from mmcrossdistill.models.layers.scatter import inverse_counts, scatter_sum
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence, PointBatch, VoxelBatch, VoxelGrid
from mmcrossdistill.structures.voxel_batch import COORD_LIMIT, pack_coords

FEATURES = ('intensity', 'x', 'y', 'z', 'range')  # the columns of PointBatch.feats
_CHOICES = dict(
    coords=('cartesian', 'cylindrical'), rounding=('floor', 'round'), reduce=('first', 'mean'),
    pairs=('all', 'representative'))


@MODELS.register_module()
class Voxelizer:
    """Quantise the points of a batch.

    The defaults are those of SLidR but for the coordinates: Simple Remedies shows that Cartesian
    voxels serve better. The published grids:

    - SLidR, OLIVINE: ``coords='cylindrical'`` with 10 cm, 1 degree, 10 cm;
    - CMCR, Simple Remedies: Cartesian, 10 cm (also 5 cm);
    - SuperFlow (cylindrical), mmdet3d's MinkUNet (Cartesian): ``rounding='round'``,
      ``origin='minimum'``, the features x, y, z, intensity;
    - SECOND: ``reduce='mean'`` of x, y, z, intensity.

    Args:
        voxel_size (> 0): size along the three axes, metres and, for the angle of cylindrical
            coordinates, degrees. One number stands for a cube, and for cylindrical coordinates for
            (number, 1 degree, number), as in SLidR.
        coords: 'cartesian' or 'cylindrical': (x, y, z) or (rho, phi, z), where phi does not wrap
            at +-180 degrees.
        rounding: 'floor' or 'round' (half to even) of (coordinate - origin) / size.
        origin: coordinates of index 0, or 'minimum' of each cloud: then the same place has another
            index in each cloud, and strided convolutions another phase.
        features: input channels, names out of ``FEATURES``. The intensity is that of the
            preprocessor; SLidR takes it raw.
        reduce: 'first': the point that comes first in the cloud represents its voxel; 'mean' of
            all points of the voxel.
        pairs: which pairs follow their point into its voxel: 'all', so that a voxel weighs as much
            as it has pairs (the published code), or only those of the point that represents the
            voxel ('representative').

    Raises:
        ValueError: if an argument is unknown or malformed.
    """

    def __init__(
        self,
        voxel_size: float | Sequence[float] = 0.1,
        coords: str = 'cartesian',
        rounding: str = 'floor',
        origin: Sequence[float] | str = (0.0, 0.0, 0.0),
        features: Sequence[str] = ('intensity',),
        reduce: str = 'first',
        pairs: str = 'all',
    ) -> None:
        given = dict(coords=coords, rounding=rounding, reduce=reduce, pairs=pairs)
        for name, value in given.items():
            if value not in _CHOICES[name]:
                raise ValueError(f'{name} must be one of {_CHOICES[name]}, got {value!r}')
        if isinstance(voxel_size, (int, float)):
            angle = 1.0 if coords == 'cylindrical' else voxel_size
            voxel_size = (voxel_size, angle, voxel_size)
        if len(voxel_size) != 3 or min(voxel_size) <= 0:
            raise ValueError(f'voxel_size must be positive, one or three numbers: {voxel_size}')
        if origin != 'minimum' and (isinstance(origin, str) or len(origin) != 3):
            raise ValueError(f"origin must be three numbers or 'minimum', got {origin!r}")
        if not features or set(features) - set(FEATURES):
            raise ValueError(f'features must be some of {FEATURES}, got {tuple(features)}')
        self.grid = VoxelGrid(
            tuple(map(float, voxel_size)), coords, rounding,
            origin if origin == 'minimum' else tuple(map(float, origin)), tuple(features), reduce)
        self.pairs = pairs

    def __call__(self, points: PointBatch) -> VoxelBatch:
        """Make the voxels.

        Args:
            points: the batch.

        Raises:
            ValueError: if a point has no index, being too far away or not a number.
        """
        indices = self._quantise(points)
        coords = torch.cat([points.batch_idx.unsqueeze(1), indices], dim=1)
        # Stable, so that the first point of a voxel is the first in the cloud.
        keys, order = pack_coords(coords).sort(stable=True)
        is_first = torch.ones_like(keys, dtype=torch.bool)
        is_first[1:] = keys[1:] != keys[:-1]
        inverse = torch.empty_like(order)
        inverse[order] = is_first.cumsum(0) - 1
        point_row = order[is_first]
        feats = points.feats[:, [FEATURES.index(name) for name in self.grid.features]]
        if self.grid.reduce == 'first':
            feats = feats[point_row]
        else:
            weight = inverse_counts(inverse, len(point_row))
            feats = scatter_sum(feats * weight, inverse, len(point_row))
        return VoxelBatch(
            coords[point_row], feats, points.batch_size, inverse, point_row, self.grid)

    def move_pairs(self, corr: Correspondence, voxels: VoxelBatch) -> Correspondence:
        """Let the pairs point at voxels.

        Args:
            corr: batched pairs; ``point_idx`` are rows of the points.
            voxels: the batch.

        Returns:
            Pairs whose ``point_idx`` are rows of the voxels.
        """
        new_index = voxels.inverse
        if self.pairs == 'representative':
            new_index = torch.full_like(new_index, -1)
            new_index[voxels.point_row] = torch.arange(len(voxels), device=new_index.device)
        return corr.remap_points(new_index)

    def _quantise(self, points: PointBatch) -> Tensor:
        """Find the voxel of each point.

        Args:
            points: the batch.

        Returns:
            (N, 3) int64: indices.
        """
        places = points.coords
        if self.grid.coords == 'cylindrical':
            places = to_cylindrical(places)
        if self.grid.origin == 'minimum':
            lowest = places.new_full((points.batch_size, 3), torch.inf).scatter_reduce(
                0, points.batch_idx.unsqueeze(1).expand(-1, 3), places, 'amin')
            places = places - lowest[points.batch_idx]
        elif any(self.grid.origin):
            places = places - places.new_tensor(self.grid.origin)
        scaled = places / places.new_tensor(self.grid.voxel_size)
        scaled = scaled.floor() if self.grid.rounding == 'floor' else scaled.round()
        # The half limit leaves room for the neighbours of convolutions.
        if not bool((scaled.abs() < COORD_LIMIT // 2).all()):
            raise ValueError(
                f'a point is farther away than {COORD_LIMIT // 2} voxels of '
                f'{self.grid.voxel_size}, or not a number; add CropPointsToRange to the pipeline')
        return scaled.long()


def to_cylindrical(coords: Tensor) -> Tensor:
    """Go from Cartesian to cylindrical coordinates.

    Args:
        coords ((N, 3) float): x, y, z, metres.

    Returns:
        (N, 3) float: distance from the axis in metres, angle in degrees in [-180, 180], z.
    """
    x, y, z = coords.unbind(1)
    return torch.stack([(x * x + y * y).sqrt(), torch.atan2(y, x) * (180 / torch.pi), z], dim=1)


def to_cartesian(places: Tensor) -> Tensor:
    """Undo :func:`to_cylindrical`.

    Args:
        places ((N, 3) float): distance from the axis in metres, angle in degrees, z.

    Returns:
        (N, 3) float: x, y, z, metres.
    """
    rho, angle, z = places.unbind(1)
    angle = angle * (torch.pi / 180)
    return torch.stack([rho * angle.cos(), rho * angle.sin(), z], dim=1)
