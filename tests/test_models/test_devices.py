"""Models away from the CPU, on a device without hardware.

Losses, gradients and predictions are the same. Unless a model makes voxels, whose number only the
device knows, the host need not wait for it between the batch's arrival and the gradients.
"""
from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from torch import Tensor, nn

from mmcrossdistill.models.detectors import PETR
from mmcrossdistill.models.segmentors.base_probe import BaseProbe
from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.dist import run_distributed
from mmcrossdistill.testing.multi_view import random_multi_view_batch, tiny_petr_cfg
from mmcrossdistill.testing.pretend_device import PretendDevice
from mmcrossdistill.testing.tiny import random_batch

VIT = dict(type='ViT', arch='test_tiny', feature='prenorm')
WAFFLEIRON = dict(type='WaffleIron', arch='test_tiny')
ENCODERS = {
    'model.backbone_2d': dict(VIT, _delete_=True),
    'model.backbone_3d': dict(WAFFLEIRON, _delete_=True),
    'model.projector_3d.in_channels': 16}
CONTRAST = ENCODERS | {
    'model.projector_2d.in_channels': 32, 'model.data_preprocessor.voxelizer': None}
CD = ENCODERS | {'model.projector_3d.out_channels': 32}
OLIVINE = CONTRAST | {
    'model.semantic_projector_2d.in_channels': 32, 'model.semantic_projector_3d.in_channels': 16,
    'model.consistency.warm_up': 1}
REGIONS = dict(with_regions=True)
# Config, what makes it small, and what its batches hold.
METHODS = {
    'ppkt': ('ppkt/ppkt_minkunet34.py', CONTRAST, {}),
    'slidr': ('slidr/slidr_minkunet34.py', CONTRAST, REGIONS),
    'st_slidr': ('st_slidr/st_slidr_minkunet34.py', CONTRAST, REGIONS),
    'simple_remedies': ('simple_remedies/ppm.py', CONTRAST, REGIONS),
    'scalr': ('scalr/scalr_waffleiron_vitl.py', CD, {}),
    'olivine': ('olivine/table_6/olivine_true_labels.py', OLIVINE, {}),
    'cmcr': ('cmcr/minidrive_cmcr.py', CONTRAST, dict(with_masks=True, num_queries=20)),
    'stage1': ('cd/stage1_vits.py', CD, {}),
    'stage2': ('cd/stage2_vits.py', CD | {'model.require_stage1': False}, {}),
}
PANOPTIC = dict(
    type='PanopticSegmentor', num_classes=16, things=(0, 2, 5), freeze_backbone=False,
    bev_grid=dict(size=(16, 24), high=(20.0, 180.0)),
    instance_head=dict(in_channels=8, channels=(8, 8), out_channels=8))
PROBES = {
    'petr': tiny_petr_cfg(),
    'segmentation_2d': dict(type='PixelSegmentor', backbone_2d=VIT, freeze_backbone=False),
    'depth': dict(type='PixelDepther', backbone_2d=VIT, freeze_backbone=False),
    'segmentation_3d': dict(
        type='PointSegmentor', num_classes=16, backbone_3d=WAFFLEIRON, freeze_backbone=False),
}
ON_VOXELS = {
    'sparse_unet': dict(
        type='VoxelSegmentor', num_classes=16, freeze_backbone=False,
        backbone_3d=dict(type='SparseUNet', preset='test_tiny'),
        data_preprocessor=dict(voxelizer=dict(voxel_size=0.5))),
    'cylinder3d': dict(PANOPTIC, backbone_3d=dict(type='Cylinder3D', preset='test_tiny')),
    'voxel_net': dict(PANOPTIC, backbone_3d=dict(
        type='VoxelNet', voxel_size=(0.8, 0.8, 0.2), widths=(4, 4, 8, 8), last_width=8)),
}


def _labelled_batch(**contents: Any) -> dict[str, Any]:
    """A random batch whose points have classes and objects, too."""
    batch = random_batch(num_points=100, **contents)
    for sample in batch['data_samples']:
        sample.point_labels = torch.randint(16, (100,))
        sample.point_instances = torch.randint(-1, 4, (100,))
    return batch


def _step(model: nn.Module, contents: dict[str, Any], device: PretendDevice) -> dict[str, Any]:
    """Run two steps, because OLIVINE learns its classes in the first, and tell what came out."""
    make = random_multi_view_batch if isinstance(model, PETR) else _labelled_batch
    for seed in range(2):
        torch.manual_seed(seed)
        batch = model.data_preprocessor(make(**contents), True)
        device.waits.clear()
        losses = model(**batch, mode='loss')
    # As `parse_losses` sums them, which then reads them for the log.
    sum(value for name, value in losses.items() if 'loss' in name).backward()
    return dict(
        waits=list(device.waits), losses={name: value.cpu() for name, value in losses.items()},
        gradients={name: parameter.grad.cpu() for name, parameter in model.named_parameters()
                   if parameter.grad is not None})


@torch.no_grad()
def _predict(model: nn.Module) -> list[Tensor]:
    """Give what a trained model predicts."""
    torch.manual_seed(2)
    samples = model.eval()(**model.data_preprocessor(_labelled_batch(), False), mode='predict')
    return [value.cpu() for sample in samples for name, value in sample.items()
            if name.startswith('pred_')]


def _both(cfg: dict, contents: dict[str, Any], device: PretendDevice) -> dict[str, Any]:
    """Run a model on the CPU and on the device."""
    results = {}
    for place in ('cpu', device.name):
        torch.manual_seed(0)
        model = MODELS.build(cfg).train()
        with nullcontext() if place == 'cpu' else device:
            if place != 'cpu':
                device.place(model)
            results[place] = _step(model, contents, device)
            if isinstance(model, BaseProbe):
                results[place]['predictions'] = _predict(model)
    return results


def _run_all(rank: int, world_size: int, configs: Path) -> dict[str, dict[str, Any]]:
    """Run all models; in one process, because its start costs more than they do."""
    device = PretendDevice()
    found = {}
    for name, (config, options, contents) in METHODS.items():
        cfg = Config.fromfile(configs / config)
        cfg.merge_from_dict(options)
        found[name] = _both(cfg.model, contents, device)
    for name, cfg in (PROBES | ON_VOXELS).items():
        found[name] = _both(cfg, {}, device)
    return found


@pytest.fixture(scope='module')
def results(repo_root: Path) -> dict[str, dict[str, Any]]:
    """Of all models, on the CPU and on the device."""
    found, = run_distributed(_run_all, 1, (repo_root / 'configs',))
    return found


@pytest.mark.parametrize('name', [*METHODS, *PROBES, *ON_VOXELS])
def test_a_step_does_the_same(results: dict[str, Any], name: str) -> None:
    here, there = results[name]['cpu'], results[name]['pretend']
    assert here['gradients'] and here['losses']
    torch.testing.assert_close(there['losses'], here['losses'], rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(there['gradients'], here['gradients'], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize('name', [*METHODS, *PROBES])
def test_a_step_never_waits(results: dict[str, Any], name: str) -> None:
    waits = results[name]['pretend']['waits']
    files = [wait.rpartition('/')[2].partition(':')[0] for wait in waits]
    # PETR matches boxes to queries on the host.
    assert files == (['set_matching.py'] if name == 'petr' else [])


def test_voxels_are_waited_for(results: dict[str, Any]) -> None:
    for name in ON_VOXELS:
        assert any('rulebook.py' in wait for wait in results[name]['pretend']['waits'])


@pytest.mark.parametrize('name', [name for name in PROBES | ON_VOXELS if name != 'petr'])
def test_predictions_are_the_same(results: dict[str, Any], name: str) -> None:
    here, there = (results[name][place]['predictions'] for place in ('cpu', 'pretend'))
    assert here
    torch.testing.assert_close(there, here)
