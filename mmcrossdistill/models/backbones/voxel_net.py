"""The voxel encoder of SECOND, read at points through its bird's eye view."""
from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.models.data_preprocessors import Voxelizer
from mmcrossdistill.models.layers.pixel_sampling import sample_features_at_pixels
from mmcrossdistill.models.layers.row_batch_norm import RowBatchNorm
from mmcrossdistill.models.layers.sparse_conv import (
    SparseTensor,
    StridedConv3d,
    SubmanifoldConv3d,
)
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import PointBatch

from .voxel_backbone import TrainedOnGrid, check_points
from .weights import load_pretrained

FEATURES = ('x', 'y', 'z', 'intensity')
# Padding of the three strided levels; their kernel is 3 and their stride 2. Then one last layer
# reduces the height alone.
_PADDINGS = ((1, 1, 1), (1, 1, 1), (1, 1, 0))
_STRIDE = 2 ** len(_PADDINGS)


@MODELS.register_module()
class VoxelNet(TrainedOnGrid, BaseModule):
    """3D encoder: SECOND's sparse encoder; each point reads the bird's eye view at its place.

    Voxels are made inside, because points, not voxels, are its rows: the data preprocessor needs no
    voxelizer. A voxel is the mean of all of its points (the published data loader stops at 10
    points per voxel and 60 000 voxels). Points outside the range read zeros; drop their pairs by
    CropPointsToRange.
    Source: SECOND (Yan et al., Sensors 2018) as SLidR and OLIVINE pre-train it: range +-51.2 m,
    z in [-5, 3] m, voxels of 0.1, 0.1, 0.2 m, bilinear reading with cell i at index i.

    Args:
        out_channels: width of a linear layer without bias on the voxels of the last level, whose
            rows then get norm 1; the view stacks their heights. ``None`` leaves both out, as the
            detector has it.
        voxel_size: x, y, z, metres.
        point_range: x, y, z minimum, then maximum, metres.
        widths: of the four levels.
        last_width: of the last layer.
        same_grid: whether a checkpoint must come from the same range and voxels; ``False`` where
            another sensor is given others on purpose, as KITTI is.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if a setting is malformed.
    """

    pretraining_parts = ('final.',)

    def __init__(
        self,
        out_channels: int | None = None,
        voxel_size: Sequence[float] = (0.1, 0.1, 0.2),
        point_range: Sequence[float] = (-51.2, -51.2, -5.0, 51.2, 51.2, 3.0),
        widths: Sequence[int] = (16, 32, 64, 64),
        last_width: int = 128,
        same_grid: bool = True,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        if len(point_range) != 6 or len(widths) != len(_PADDINGS) + 1:
            raise ValueError(
                f'VoxelNet needs 6 range limits and {len(_PADDINGS) + 1} widths, got '
                f'{point_range} and {widths}')
        self.same_grid = same_grid
        self.point_range = tuple(point_range)
        self.voxelizer = Voxelizer(
            voxel_size, origin=point_range[:3], features=FEATURES, reduce='mean')
        sizes = [round((high - low) / step) for low, high, step in zip(
            point_range[:3], point_range[3:], self.voxelizer.grid.voxel_size, strict=True)]
        # SECOND adds one cell of height.
        self.shape = (sizes[0], sizes[1], sizes[2] + 1)
        self.layers = nn.ModuleList([
            _Layer(SubmanifoldConv3d(len(FEATURES), widths[0], 3, 'level0')),
            _Layer(SubmanifoldConv3d(widths[0], widths[0], 3, 'level0'))])
        for level, padding in enumerate(_PADDINGS, start=1):
            self.layers.append(_Layer(StridedConv3d(
                widths[level - 1], widths[level], 3, f'down{level}', 2, padding)))
            self.layers.extend(
                _Layer(SubmanifoldConv3d(widths[level], widths[level], 3, f'level{level}'))
                for _ in range(2))
        self.layers.append(_Layer(StridedConv3d(
            widths[-1], last_width, (1, 1, 3), 'height', (1, 1, 2))))
        self.final = None if out_channels is None else nn.Linear(
            last_width, out_channels, bias=False)
        height = self.shape[2]
        for kernel, padding in ((3, 1), (3, 1), (3, 0), (3, 0)):
            height = (height + 2 * padding - kernel) // 2 + 1
        if height < 1:
            raise ValueError(f'{self.shape[2]} voxels of height vanish in the strides of VoxelNet')
        self.embed_dims: int = (out_channels or last_width) * height

    def init_weights(self) -> None:
        """Initialise; a checkpoint of type 'Pretrained' must fit, as must its grid."""
        super().init_weights()
        load_pretrained(self)
        if self.trained_grid is not None and self.same_grid:
            self.voxelizer.grid.ensure_equals(*self.trained_grid)

    def forward(self, points: PointBatch) -> Tensor:
        """Encode the points.

        Args:
            points: the batch.

        Returns:
            (N, C) float: features, in the order of the points.

        Raises:
            ValueError: if the batch holds voxels instead of points.
        """
        levels, inside = self._encode(points)
        cells = points.coords[:, :2] - points.coords.new_tensor(self.point_range[:2])
        cells = cells / (cells.new_tensor(self.voxelizer.grid.voxel_size[:2]) * _STRIDE)
        view = self._stack_heights(levels[-1])
        rows = sample_features_at_pixels(
            view, points.batch_idx, cells.flip(1) + 0.5, tuple(view.shape[-2:]), 'none')
        return rows * inside.unsqueeze(1)

    def bird_eye_view(self, points: PointBatch) -> Tensor:
        """Encode the points for a detector.

        Args:
            points: the batch.

        Returns:
            (B, C, H, W) float: rows along y, columns along x, as mmdet3d's heads count cells; one
            cell is 8 voxels, C is ``embed_dims``.

        Raises:
            ValueError: if the batch holds voxels instead of points.
        """
        return self.bird_eye_view_and_levels(points)[0]

    def bird_eye_view_and_levels(self, points: PointBatch) -> tuple[Tensor, list[SparseTensor]]:
        """Encode the points for a detector of two stages.

        Args:
            points: the batch.

        Returns:
            The view, as of :meth:`bird_eye_view`; voxels of the four levels, whose edges are 1, 2,
            4 and 8 times the voxel size.

        Raises:
            ValueError: if the batch holds voxels instead of points.
        """
        levels, _ = self._encode(points)
        view = self._stack_heights(levels[-1]).transpose(2, 3).contiguous()
        return view, levels[:-1]

    def _encode(self, points: PointBatch) -> tuple[list[SparseTensor], Tensor]:
        """Run the layers on the voxels of the points that are inside the range.

        Args:
            points: the batch.

        Returns:
            Voxels of the four levels and of the last layer. (N,) bool: whether a point is inside.
        """
        check_points(self, points)
        low, high = (points.coords.new_tensor(limit)
                     for limit in (self.point_range[:3], self.point_range[3:]))
        inside = ((points.coords >= low) & (points.coords < high)).all(dim=1)
        voxels = self.voxelizer(PointBatch(
            points.coords[inside], points.feats[inside], points.batch_idx[inside], None,
            points.batch_size))
        x = SparseTensor(voxels.feats, voxels.coords, voxels.batch_size, self.shape)
        levels = []
        for index, layer in enumerate(self.layers):
            x = layer(x)
            # Two layers of the first level, three of each other one.
            if index % 3 == 1:
                levels.append(x)
        if self.final is not None:
            x = x.with_feats(F.normalize(self.final(x.feats).float(), dim=1))
        return [*levels, x], inside

    def _stack_heights(self, x: SparseTensor) -> Tensor:
        """Make the bird's eye view.

        Args:
            x: voxels of the last level.

        Returns:
            (B, C * D, X, Y) float: channel c of height d at c * D + d.
        """
        width = x.feats.shape[1]
        batch, first, second, height = x.coords.unbind(1)
        view = x.feats.new_zeros(x.batch_size, *x.shape[:2], width, x.shape[2])
        view[batch, first, second, :, height] = x.feats
        return view.flatten(3).permute(0, 3, 1, 2)


class _Layer(nn.Module):
    """A convolution, batch norm with SECOND's numbers, ReLU.

    Args:
        conv: the convolution.
    """

    def __init__(self, conv: nn.Module) -> None:
        super().__init__()
        self.conv = conv
        self.norm = RowBatchNorm(conv.out_channels, eps=1e-3, momentum=0.01)

    def forward(self, x: SparseTensor) -> SparseTensor:
        """Apply the layers.

        Args:
            x: input.
        """
        x = self.conv(x)
        return x.with_feats(torch.relu_(self.norm(x.feats)))
