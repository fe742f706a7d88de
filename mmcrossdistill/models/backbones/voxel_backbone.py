"""What backbones that read voxels share: weights belong to the grid they were trained on."""
from __future__ import annotations

from typing import Any

from torch import nn

from mmcrossdistill.structures import PointBatch, VoxelBatch


class TrainedOnGrid:
    """Mixin of a module that remembers the grid of its checkpoint."""

    # VoxelGrid.to_dict() of the checkpoint and the file; set when weights are loaded.
    trained_grid: tuple[dict[str, Any], str] | None = None


def check_voxels(backbone: TrainedOnGrid, voxels: VoxelBatch) -> None:
    """Refuse what the network cannot read.

    Args:
        backbone: with ``in_channels``.
        voxels: the batch.

    Raises:
        ValueError: if it is no batch of voxels, has another number of features, or another grid
            than the weights were trained on.
    """
    name = type(backbone).__name__
    if not isinstance(voxels, VoxelBatch):
        raise ValueError(
            f'{name} reads voxels, got {type(voxels).__name__}; set '
            'data_preprocessor.voxelizer=dict(voxel_size=0.1, ...)')
    if voxels.feats.shape[1] != backbone.in_channels:
        raise ValueError(
            f'{name} reads {backbone.in_channels} features per voxel, the voxelizer gives '
            f'{voxels.feats.shape[1]}; make in_channels and voxelizer.features agree')
    if backbone.trained_grid is not None and voxels.grid is not None:
        expected, source = backbone.trained_grid
        voxels.grid.ensure_equals(expected, source)


def check_points(backbone: nn.Module, points: PointBatch) -> None:
    """Refuse what a network that makes its own voxels cannot read.

    Args:
        backbone: the network.
        points: the batch.

    Raises:
        ValueError: if it is no batch of points.
    """
    if not isinstance(points, PointBatch):
        raise ValueError(
            f'{type(backbone).__name__} reads points, got {type(points).__name__}; remove '
            'data_preprocessor.voxelizer')
