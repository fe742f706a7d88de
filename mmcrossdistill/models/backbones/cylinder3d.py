"""Cylinder3D: a network of asymmetric convolutions on cylindrical voxels."""
from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.models.data_preprocessors.voxelizer import to_cylindrical
from mmcrossdistill.models.layers.row_batch_norm import RowBatchNorm
from mmcrossdistill.models.layers.sparse_conv import SparseTensor, SubmanifoldConv3d
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import PointBatch, VoxelGrid
from mmcrossdistill.structures.voxel_batch import pack_coords, unpack_coords

from .cylinder3d_blocks import AsymmetricBlock, ContextBlock, DownBlock, UpBlock
from .voxel_backbone import TrainedOnGrid, check_points
from .weights import load_pretrained

# What the perceptron reads of a point: its place in its voxel, radians in the middle; its place.
POINT_FEATURES = (
    'rho - centre', 'phi - centre', 'z - centre', 'rho', 'phi', 'z', 'x', 'y', 'intensity')
# Which of the levels down halve the height.
_HALVE_HEIGHT = (True, True, False, False)
PRESETS = {
    'cylinder3d': dict(
        grid_size=(480, 360, 32), base_channels=32, point_channels=(64, 128, 256, 256),
        voxel_channels=16),
    # Ours, for MiniDrive on CPUs and for tests.
    'tiny': dict(
        grid_size=(240, 180, 32), base_channels=8, point_channels=(16, 32), voxel_channels=8),
    'test_tiny': dict(
        grid_size=(32, 24, 16), base_channels=4, point_channels=(8, 8), voxel_channels=4),
}


@MODELS.register_module()
class Cylinder3D(TrainedOnGrid, BaseModule):
    """3D encoder: a perceptron on points, maxima over voxels, an asymmetric U-Net; rows are points.

    Voxels are made inside, because the perceptron reads points: the data preprocessor needs no
    voxelizer. Every point takes the features of its voxel; points beyond the range count to the
    outermost voxels, as published. The angle does not wrap at +-180 degrees. Features depend on
    points and weights alone, on any device: no order is drawn, and maxima share their gradient
    between equal points.
    Source: Cylinder3D (Zhu et al., CVPR 2021); the grid of its nuScenes configuration, which CSC
    and CMCR pre-train for panoptic segmentation.

    Args:
        out_channels: width of a last 3^3 convolution with bias, the logits of the published
            network, which CSC compares with pixels; ``None`` leaves it out, so that the same
            weights serve pre-training and downstream tasks.
        preset: 'cylinder3d', 'tiny' or 'test_tiny': the values of the arguments below that are
            ``None``.
        grid_size (> 1): voxels along distance, angle and height; as published, one less divides
            the range.
        base_channels: width of the first block; the levels have 2, 4, 8 and 16 times as many.
        point_channels: widths of the perceptron.
        voxel_channels: width that its maxima are compressed to.
        max_distance (> 0): of the grid from the axis, metres.
        height_range: lowest and highest z, metres.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if the preset is unknown or a setting is malformed.
    """

    pretraining_parts = ('final.',)

    def __init__(
        self,
        out_channels: int | None = None,
        preset: str = 'cylinder3d',
        grid_size: Sequence[int] | None = None,
        base_channels: int | None = None,
        point_channels: Sequence[int] | None = None,
        voxel_channels: int | None = None,
        max_distance: float = 50.0,
        height_range: Sequence[float] = (-5.0, 3.0),
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        if preset not in PRESETS:
            raise ValueError(
                f'unknown Cylinder3D preset {preset!r}; choose one of {sorted(PRESETS)}')
        given = dict(grid_size=grid_size, base_channels=base_channels,
                     point_channels=point_channels, voxel_channels=voxel_channels)
        setting = PRESETS[preset] | {
            key: value for key, value in given.items() if value is not None}
        self.grid_size = tuple(setting['grid_size'])
        if (len(self.grid_size) != 3 or min(self.grid_size) < 2 or max_distance <= 0
                or len(height_range) != 2 or height_range[0] >= height_range[1]):
            raise ValueError(
                'Cylinder3D needs three numbers of voxels above 1, a positive max_distance and '
                f'height_range (low, high), got {self.grid_size}, {max_distance} and '
                f'{height_range}')
        self.low = (0.0, -180.0, float(height_range[0]))
        self.high = (float(max_distance), 180.0, float(height_range[1]))
        self.voxel_grid = VoxelGrid(
            tuple((high - low) / (count - 1) for low, high, count in zip(
                self.low, self.high, self.grid_size, strict=True)),
            'cylindrical', 'floor', self.low, POINT_FEATURES, 'max')
        widths, layers = setting['point_channels'], [RowBatchNorm(len(POINT_FEATURES))]
        for index, (width, following) in enumerate(
                zip((len(POINT_FEATURES), *widths), widths, strict=False)):
            layers.append(nn.Linear(width, following))
            if index < len(widths) - 1:
                layers += [RowBatchNorm(following), nn.ReLU(inplace=True)]
        self.point_layers = nn.Sequential(*layers)
        base, compressed = setting['base_channels'], setting['voxel_channels']
        self.compress = nn.Sequential(nn.Linear(widths[-1], compressed), nn.ReLU(inplace=True))
        self.stem = AsymmetricBlock(compressed, base, 0)
        self.down = nn.ModuleList(
            DownBlock(base * 2 ** level, base * 2 ** (level + 1), level, halve)
            for level, halve in enumerate(_HALVE_HEIGHT))
        levels = len(_HALVE_HEIGHT)
        self.up = nn.ModuleList(
            UpBlock(base * 2 ** min(level + 2, levels), base * 2 ** (level + 1), level)
            for level in reversed(range(levels)))
        self.context = ContextBlock(2 * base, 0)
        self.final = None if out_channels is None else SubmanifoldConv3d(
            4 * base, out_channels, 3, 'level0_333', bias=True)
        self.embed_dims: int = out_channels or 4 * base

    def init_weights(self) -> None:
        """Initialise; a checkpoint of type 'Pretrained' must fit, as must its grid."""
        super().init_weights()
        load_pretrained(self)
        if self.trained_grid is not None:
            self.voxel_grid.ensure_equals(*self.trained_grid)

    def forward(self, points: PointBatch) -> Tensor:
        """Encode the points.

        Args:
            points: the batch.

        Returns:
            (N, C) float: features, in the order of the points.

        Raises:
            ValueError: if the batch holds voxels instead of points.
        """
        check_points(self, points)
        feats, cells = self._describe(points)
        keys, inverse = torch.unique(
            pack_coords(torch.cat([points.batch_idx[:, None], cells], dim=1)),
            return_inverse=True)
        x = self.stem(SparseTensor(
            self._pool(feats, inverse, len(keys)), unpack_coords(keys), points.batch_size,
            self.grid_size))
        skips = []
        for block in self.down:
            x, skip = block(x)
            skips.append(skip)
        for block in self.up:
            x = block(x, skips.pop())
        x = x.with_feats(torch.cat([self.context(x).feats, x.feats], dim=1))
        if self.final is not None:
            x = self.final(x)
        return x.feats.index_select(0, inverse)

    def _describe(self, points: PointBatch) -> tuple[Tensor, Tensor]:
        """Find the voxels of points, and what the perceptron reads of them.

        Args:
            points: the batch.

        Returns:
            (N, 9) float32: features. (N, 3) int64: indices in the grid.
        """
        places = to_cylindrical(points.coords)
        low, high, size = (
            places.new_tensor(values) for values in (
                self.low, self.high, self.voxel_grid.voxel_size))
        # The last index is reached at the very end of the range; rounding must not pass it.
        last = torch.tensor(self.grid_size, device=places.device) - 1
        cells = torch.minimum(((places.clamp(low, high) - low) / size).floor().long(), last)
        offset = places - ((cells + 0.5) * size + low)
        # As published, the perceptron reads radians.
        radians = places.new_tensor([1.0, math.pi / 180, 1.0])
        return torch.cat([offset * radians, places * radians, points.coords[:, :2],
                          points.feats[:, :1]], dim=1), cells

    def _pool(self, feats: Tensor, inverse: Tensor, num_voxels: int) -> Tensor:
        """Run the perceptron, and take the maxima over voxels.

        Args:
            feats ((N, 9) float32): of the points.
            inverse ((N,) int64): voxel of each point.
            num_voxels: V.

        Returns:
            (V, C) float: compressed maxima.
        """
        rows = self.point_layers(feats)
        index = inverse[:, None].expand_as(rows)
        return self.compress(rows.new_zeros(num_voxels, rows.shape[1]).scatter_reduce(
            0, index, rows, 'amax', include_self=False))
