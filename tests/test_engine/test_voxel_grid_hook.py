"""The grid travels in the meta of checkpoints and is compared at load."""
from __future__ import annotations

from types import SimpleNamespace

import pytest
from torch import nn

from mmcrossdistill.engine.hooks import VoxelGridHook
from mmcrossdistill.models.backbones import SparseUNet, VoxelNet
from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor


def make_runner(intensity: dict | None = None, **voxelizer: object) -> SimpleNamespace:
    model = nn.Module()
    model.data_preprocessor = DistillDataPreprocessor(
        voxelizer=voxelizer or None, **intensity or {})
    model.backbone_3d = SparseUNet(preset='test_tiny')
    return SimpleNamespace(model=model)


def test_the_meta_says_the_grid_and_another_one_is_refused() -> None:
    hook, checkpoint = VoxelGridHook(), dict(meta={})
    hook.before_save_checkpoint(make_runner(voxel_size=0.1, coords='cylindrical'), checkpoint)
    assert checkpoint['meta']['voxel_grid']['voxel_size'] == [0.1, 1.0, 0.1]
    hook.after_load_checkpoint(make_runner(voxel_size=0.1, coords='cylindrical'), checkpoint)
    with pytest.raises(ValueError, match='cylindrical.*cartesian'):
        hook.after_load_checkpoint(make_runner(voxel_size=0.1), checkpoint)


def test_an_encoder_with_own_weights_is_checked_before_training() -> None:
    runner = make_runner(voxel_size=0.1)
    grid = runner.model.data_preprocessor.voxelizer.grid.to_dict()
    runner.model.backbone_3d.trained_grid = (grid, 'own.pth')
    VoxelGridHook().before_train(runner)
    runner.model.backbone_3d.trained_grid = (grid | dict(rounding='round'), 'own.pth')
    with pytest.raises(ValueError, match="own.pth.*rounding='round'"):
        VoxelGridHook().before_train(runner)


def test_a_backbone_that_makes_its_own_voxels() -> None:
    runner, checkpoint = make_runner(), dict(meta={})
    runner.model.backbone_3d = VoxelNet()
    VoxelGridHook().before_save_checkpoint(runner, checkpoint)
    assert checkpoint['meta']['voxel_grid']['voxel_size'] == [0.1, 0.1, 0.2]


def test_models_without_voxels_pass() -> None:
    hook, checkpoint, runner = VoxelGridHook(), dict(meta={}), make_runner()
    hook.before_save_checkpoint(runner, checkpoint)
    hook.before_train(runner)
    assert checkpoint == dict(meta={})
    hook.after_load_checkpoint(runner, dict(meta=dict(voxel_grid={'coords': 'cartesian'})))
    hook.after_load_checkpoint(make_runner(voxel_size=0.1), checkpoint)


def test_another_scale_of_the_intensity_is_refused_unless_it_is_on_purpose() -> None:
    hook, checkpoint = VoxelGridHook(), dict(meta={})
    hook.before_save_checkpoint(
        make_runner(dict(intensity_mean=18.0, intensity_std=22.0), voxel_size=0.1), checkpoint)
    assert checkpoint['meta']['intensity'] == dict(mean=18.0, std=22.0)
    other, mapped = make_runner(voxel_size=0.1), make_runner(
        dict(intensity_mean=-1.0, same_intensity=False), voxel_size=0.1)
    with pytest.raises(ValueError, match='mean=18.0, std=22.0, here it is of mean=0.0, std=1.0'):
        hook.after_load_checkpoint(other, checkpoint)
    hook.after_load_checkpoint(mapped, checkpoint)
    for runner in (other, mapped):
        runner.model.backbone_3d.trained_intensity = (checkpoint['meta']['intensity'], 'own.pth')
    with pytest.raises(ValueError, match='own.pth.*intensity_mean.*same_intensity=False'):
        hook.before_train(other)
    hook.before_train(mapped)
