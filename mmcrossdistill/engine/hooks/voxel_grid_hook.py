"""The voxel grid and the scale of the intensity in the checkpoint's meta."""
from __future__ import annotations

from typing import Any

from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import nn

from mmcrossdistill.models.backbones.voxel_backbone import (
    TrainedOnGrid,
    ensure_same_intensity,
    ensure_trained_alike,
    intensity_scale,
)
from mmcrossdistill.registry import HOOKS
from mmcrossdistill.structures import VoxelGrid


@HOOKS.register_module()
class VoxelGridHook(Hook):
    """Write grid and intensity into the meta of checkpoints, and refuse those of other ones.

    Weights that were trained on one grid give numbers on any other, only bad ones; so do those
    of another scale of the intensity. The keys are ``meta['voxel_grid']`` and
    ``meta['intensity']``. Backbones with weights of their own (``init_cfg`` of type 'Pretrained')
    are checked before the first batch. Models without voxels pass.
    """

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Add grid and intensity.

        Args:
            runner: the runner.
            checkpoint: to be saved.
        """
        grid = _grid(runner)
        if grid is not None:
            checkpoint['meta']['voxel_grid'] = grid.to_dict()
            checkpoint['meta']['intensity'] = intensity_scale(_model(runner).data_preprocessor)

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Compare grid and intensity of a checkpoint that is resumed or loaded as a whole.

        Args:
            runner: the runner.
            checkpoint: that was read.

        Raises:
            ValueError: if they differ.
        """
        grid, meta = _grid(runner), checkpoint.get('meta', {})
        if grid is None:
            return
        if 'voxel_grid' in meta:
            grid.ensure_equals(meta['voxel_grid'], 'the checkpoint to load')
        if 'intensity' in meta:
            ensure_same_intensity(
                _model(runner).data_preprocessor, meta['intensity'], 'the checkpoint to load')

    def before_train(self, runner: Runner) -> None:
        """Compare grid and intensity of encoders that were loaded alone.

        Args:
            runner: the runner.

        Raises:
            ValueError: if they differ.
        """
        ensure_trained_alike(_model(runner))
        grid = _grid(runner)
        for module in _model(runner).modules():
            if isinstance(module, TrainedOnGrid) and module.trained_grid is not None and grid:
                grid.ensure_equals(*module.trained_grid)


def _model(runner: Runner) -> nn.Module:
    """Take the model out of its data-parallel wrapper."""
    return runner.model.module if is_model_wrapper(runner.model) else runner.model


def _grid(runner: Runner) -> VoxelGrid | None:
    """Find the grid of the model's preprocessor, or of a backbone that makes its own voxels."""
    model = _model(runner)
    for owner in (model.data_preprocessor, getattr(model, 'backbone_3d', None)):
        voxelizer = getattr(owner, 'voxelizer', None)
        grid = getattr(owner, 'voxel_grid', None) if voxelizer is None else voxelizer.grid
        if grid is not None:
            return grid
    return None
