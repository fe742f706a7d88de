"""The voxel grid in the checkpoint's meta."""
from __future__ import annotations

from typing import Any

from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import nn

from mmcrossdistill.models.backbones.voxel_backbone import TrainedOnGrid
from mmcrossdistill.registry import HOOKS
from mmcrossdistill.structures import VoxelGrid


@HOOKS.register_module()
class VoxelGridHook(Hook):
    """Write the grid into ``meta['voxel_grid']`` of checkpoints, and refuse those of another one.

    Weights that were trained on one grid give numbers on any other, only bad ones. Backbones with
    weights of their own (``init_cfg`` of type 'Pretrained') are checked before the first batch.
    Models without voxels pass.
    """

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Add the grid.

        Args:
            runner: the runner.
            checkpoint: to be saved.
        """
        grid = _grid(runner)
        if grid is not None:
            checkpoint['meta']['voxel_grid'] = grid.to_dict()

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Compare the grid of a checkpoint that is resumed or loaded as a whole.

        Args:
            runner: the runner.
            checkpoint: that was read.

        Raises:
            ValueError: if the grids differ.
        """
        grid, expected = _grid(runner), checkpoint.get('meta', {}).get('voxel_grid')
        if grid is not None and expected is not None:
            grid.ensure_equals(expected, 'the checkpoint to load')

    def before_train(self, runner: Runner) -> None:
        """Compare the grids of encoders that were loaded alone.

        Args:
            runner: the runner.

        Raises:
            ValueError: if the grids differ.
        """
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
