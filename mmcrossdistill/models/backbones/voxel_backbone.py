"""What backbones that read voxels share: weights belong to the grid they were trained on."""
from __future__ import annotations

from typing import Any

from torch import nn

from mmcrossdistill.structures import PointBatch, VoxelBatch


class TrainedOnGrid:
    """Mixin of a module that remembers how the input of its checkpoint was made."""

    # VoxelGrid.to_dict() of the checkpoint and the file; set when weights are loaded.
    trained_grid: tuple[dict[str, Any], str] | None = None
    # intensity_scale() of the checkpoint and the file.
    trained_intensity: tuple[dict[str, float], str] | None = None
    # Beginnings of the names of weights that downstream tasks leave out.
    pretraining_parts: tuple[str, ...] = ()


def intensity_scale(preprocessor: nn.Module) -> dict[str, float]:
    """What a data preprocessor makes of the intensity that the files hold.

    Args:
        preprocessor: ours, or one of another library, which leaves the intensity raw.

    Returns:
        ``mean``, which it subtracts, and ``std``, by which it then divides.
    """
    return dict(mean=float(getattr(preprocessor, 'intensity_mean', 0.0)),
                std=float(getattr(preprocessor, 'intensity_std', 1.0)))


def ensure_same_intensity(
    preprocessor: nn.Module, expected: dict[str, float], source: str,
) -> None:
    """Compare with the intensity that weights were trained on.

    Args:
        preprocessor: of the model; one with ``same_intensity=False`` passes.
        expected: :func:`intensity_scale` of the checkpoint.
        source: file name for the message.

    Raises:
        ValueError: if they differ.
    """
    own = intensity_scale(preprocessor)
    if own != expected and getattr(preprocessor, 'same_intensity', True):
        raise ValueError(
            f'the weights of {source} were trained on an intensity of mean={expected["mean"]}, '
            f'std={expected["std"]}, here it is of mean={own["mean"]}, std={own["std"]}; set '
            'data_preprocessor.intensity_mean and intensity_std accordingly, or, where another '
            'sensor is mapped on purpose, data_preprocessor.same_intensity=False')


def ensure_trained_alike(model: nn.Module) -> None:
    """Compare the intensity of a model with that of the weights its backbones took from files.

    Args:
        model: with a ``data_preprocessor``.

    Raises:
        ValueError: if they differ.
    """
    for module in model.modules():
        if isinstance(module, TrainedOnGrid) and module.trained_intensity is not None:
            ensure_same_intensity(model.data_preprocessor, *module.trained_intensity)


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
