"""A step of each method away from the CPU, on a device without hardware.

The losses and gradients are the same, and the host need not wait for the device between the batch's
arrival and the gradients.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.dist import run_distributed
from mmcrossdistill.testing.pretend_device import PretendDevice
from mmcrossdistill.testing.tiny import random_batch

WAFFLEIRON = {
    'model.backbone_2d': dict(_delete_=True, type='ViT', arch='test_tiny', feature='prenorm'),
    'model.backbone_3d': dict(_delete_=True, type='WaffleIron', arch='test_tiny'),
    'model.projector_3d.in_channels': 16}
CONTRAST = WAFFLEIRON | {
    'model.projector_2d.in_channels': 32, 'model.data_preprocessor.voxelizer': None}
CD = WAFFLEIRON | {'model.projector_3d.out_channels': 32, 'model.init_cfg': None}
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


def _step(config: Path, options: dict[str, Any], contents: dict[str, Any],
          device: PretendDevice | None) -> dict[str, Any]:
    """Run two steps, since OLIVINE learns its classes in the first, and tell what came out."""
    cfg = Config.fromfile(config)
    cfg.merge_from_dict(options)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model).train()
    if device is not None:
        device.place(model)
    torch.manual_seed(1)
    for _ in range(2):
        batch = model.data_preprocessor(random_batch(**contents), True)
        if device is not None:
            device.waits.clear()
        losses = model(**batch, mode='loss')
    # As `parse_losses` sums them, which then reads them for the log.
    sum(value for name, value in losses.items() if 'loss' in name).backward()
    waits = [] if device is None else list(device.waits)
    return dict(
        losses={name: value.cpu() for name, value in losses.items()}, waits=waits,
        gradients={name: parameter.grad.cpu() for name, parameter in model.named_parameters()
                   if parameter.grad is not None})


def _compare(rank: int, world_size: int, configs: Path) -> dict[str, dict[str, Any]]:
    """Run the step of each method on the CPU and on the device."""
    device = PretendDevice()
    found = {}
    for name, (config, options, contents) in METHODS.items():
        found[name] = dict(cpu=_step(configs / config, options, contents, None))
        with device:
            found[name]['device'] = _step(configs / config, options, contents, device)
    return found


@pytest.fixture(scope='module')
def steps(repo_root: Path) -> dict[str, dict[str, Any]]:
    """Results of all methods; one process, because its start costs more than they do."""
    found, = run_distributed(_compare, 1, (repo_root / 'configs',))
    return found


@pytest.mark.parametrize('name', METHODS)
def test_a_step_does_the_same_and_never_waits(steps: dict[str, Any], name: str) -> None:
    cpu, device = steps[name]['cpu'], steps[name]['device']
    assert cpu['gradients'] and cpu['losses']
    torch.testing.assert_close(device['losses'], cpu['losses'], rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(device['gradients'], cpu['gradients'], rtol=1e-4, atol=1e-6)
    assert device['waits'] == []
