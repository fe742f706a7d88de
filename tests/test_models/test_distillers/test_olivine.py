"""OLIVINE from its configs, against a statement of its losses."""
from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from scipy.special import ive

from mmcrossdistill.structures import cloud
from mmcrossdistill.testing.tiny import random_batch

from .conftest import TINY_3D, TINY_R50, losses_and_gradients

CONFIG = 'olivine/table_6/olivine_true_labels.py'  # knows the 16 classes of random batches
SMALL = TINY_3D | TINY_R50 | {'model.semantic_projector_3d.in_channels': 8}
SHARED = {'model.semantic_projector_2d': None, 'model.semantic_projector_3d': None}
NO_WCD = {'model.class_contrast': None, 'model.pair_sampler': None,
          'model.semantic_projector_2d': None}
WARM = {'model.consistency.warm_up': 1, 'model.consistency.momentum': 0.5}


def warmed(model: torch.nn.Module) -> torch.nn.Module:
    """After the step that fills the averages of the classes."""
    model(**model.data_preprocessor(random_batch(), True), mode='loss')
    return model


def test_the_losses_are_those_of_the_definition(build_method) -> None:
    model = warmed(build_method(CONFIG, SMALL | WARM))
    inputs = model.data_preprocessor(random_batch(), True)['inputs']
    means = model.consistency.classes.average.double()
    found = model(inputs, mode='loss')
    corr = inputs['corr']
    with torch.no_grad():
        maps, rows = model.encode_2d(inputs['imgs']), model.backbone_3d(cloud(inputs))
        column, row = corr.pixel_uv.long().unbind(1)

        def cosines(head_2d: torch.nn.Module, head_3d: torch.nn.Module) -> tuple:
            """Similarities of all points with all pixels, and the points."""
            large = F.interpolate(
                head_2d(maps), scale_factor=4, mode='bilinear', align_corners=True)
            pixels = F.normalize(large[corr.view_idx, :, row, column].double(), dim=1)
            points = F.normalize(head_3d(rows)[corr.point_idx].double(), dim=1)
            return points @ pixels.T / 0.07, points

        logits, _ = cosines(model.projector_2d, model.projector_3d)
        own = 0.5 * (logits.logsumexp(1) - logits.diagonal()).mean()
        logits, points = cosines(model.semantic_projector_2d, model.semantic_projector_3d)
        losses, divergences = [], []
        for scores, point, label in zip(logits, points, corr.label, strict=True):
            same = corr.label == label
            losses.append(-(scores.softmax(0)[same].sum() / same.sum()).log())
            length = means[label].norm().item()
            kappa = length * (64 - length ** 2) / (1 - length ** 2)
            log_bessel = math.log(ive(31, kappa)) + kappa
            log_factor = 31 * math.log(kappa) - 32 * math.log(2 * math.pi) - log_bessel
            divergences.append(-log_factor - kappa * (means[label] / length) @ point)
    assert found['loss_contrast'].item() == pytest.approx(own.item(), rel=1e-4)
    assert found['loss_class_contrast'].item() == pytest.approx(
        0.5 * torch.stack(losses).mean().item(), rel=1e-4)
    assert found['loss_consistency'].item() == pytest.approx(
        torch.stack(divergences).mean().item(), rel=1e-4)
    assert found['warm_up_left'] == 0 and found['kappa'] > 0


HEADS = {'projector_2d', 'projector_3d', 'semantic_projector_2d', 'semantic_projector_3d'}


@pytest.mark.parametrize('options,parts', [
    ({}, HEADS),
    (SHARED, {'projector_2d', 'projector_3d'}),
    ({'model.consistency': None}, HEADS),
    (NO_WCD, HEADS - {'semantic_projector_2d'}),
    (NO_WCD | SHARED | {'model.consistency': None}, {'projector_2d', 'projector_3d'}),
    ({'model.consistency.fixed_kappa': 1.0}, HEADS)])
def test_each_part_can_be_left_out(build_method, options: dict, parts: set[str]) -> None:
    warm = {} if options.get('model.consistency', 0) is None else WARM
    model = warmed(build_method(CONFIG, SMALL | warm | options))
    losses, learning = losses_and_gradients(model, random_batch())
    assert all(torch.isfinite(value) for value in losses.values())
    assert learning == parts | {'backbone_3d'}
    assert not model.backbone_2d.training


def test_the_classes_wait_for_the_warm_up(build_method) -> None:
    model = build_method(CONFIG, SMALL | NO_WCD)
    losses, learning = losses_and_gradients(model, random_batch())
    assert losses['loss_consistency'] == 0 and losses['warm_up_left'] == 10000
    assert learning == {'projector_2d', 'projector_3d', 'backbone_3d'}
    assert all(parameter.grad is not None for parameter in model.parameters()
               if parameter.requires_grad), 'DistributedDataParallel waits for all'


def test_rare_pairs_are_drawn_by_their_places(build_method) -> None:
    model = build_method(CONFIG, SMALL | {'model.pair_sampler.num_pairs': 30})
    inputs = model.data_preprocessor(random_batch(), True)['inputs']
    seen = []
    draw = model.pair_sampler.__call__
    model.pair_sampler = lambda places, label: seen.append((places, label)) or draw(places, label)
    model(inputs, mode='loss')
    places, label = seen[0]
    voxels, corr = inputs['voxels'], inputs['corr']
    assert torch.equal(places, inputs['points'].coords[voxels.point_row[corr.point_idx]])
    assert torch.equal(label, corr.label) and len(draw(places, label)) == 30


def test_points_without_voxels_serve_as_well(build_method) -> None:
    model = build_method('olivine/minidrive_olivine.py', {
        'model.data_preprocessor.voxelizer': None,
        'model.backbone_3d': dict(_delete_=True, type='WaffleIron', arch='test_tiny'),
        'model.backbone_2d.arch': 'test_tiny', 'model.backbone_2d.init_cfg': None,
        'model.projector_2d.in_channels': 32, 'model.semantic_projector_2d.in_channels': 32,
        'model.projector_3d.in_channels': 16, 'model.semantic_projector_3d.in_channels': 16})
    losses, learning = losses_and_gradients(model, random_batch())
    assert torch.isfinite(losses['loss_class_contrast']) and learning >= HEADS


def test_voxelnet_has_its_own_heads(build_method) -> None:
    model = build_method('olivine/olivine_voxelnet.py', TINY_R50 | {
        'model.class_contrast.num_classes': 16, 'model.consistency.num_classes': 16,
        'model.backbone_3d.point_range': (-12.8, -12.8, -5, 12.8, 12.8, 3),
        'model.backbone_3d.widths': (4, 4, 4, 4), 'model.backbone_3d.last_width': 4,
        'model.projector_3d.in_channels': 8, 'model.semantic_projector_3d.in_channels': 8})
    _, learning = losses_and_gradients(model, random_batch())
    assert learning == HEADS | {'backbone_3d'}


def test_without_pairs_or_labels_the_losses_are_zeros_with_gradient(build_method) -> None:
    model = warmed(build_method(CONFIG, SMALL | WARM))
    before = model.consistency.classes.average.clone()
    losses, learning = losses_and_gradients(model, random_batch(num_pairs=0))
    assert all(losses[name] == 0 for name in losses if 'loss' in name) and not learning
    assert torch.equal(model.consistency.classes.average, before)
    batch = random_batch()
    for sample in batch['data_samples']:
        sample.corr.label[:] = 255
    losses, _ = losses_and_gradients(model, batch)
    assert losses['loss_contrast'] > 0
    assert losses['loss_class_contrast'] == 0 and losses['loss_consistency'] == 0


def test_autocast_leaves_the_losses_in_float32(build_method) -> None:
    model = warmed(build_method(CONFIG, SMALL | WARM))
    inputs = model.data_preprocessor(random_batch(), True)['inputs']
    with torch.autocast('cpu', torch.bfloat16):
        losses = model(inputs, mode='loss')
    assert all(value.dtype == torch.float32 and torch.isfinite(value)
               for value in losses.values())


def test_the_labels_are_asked_for(build_method) -> None:
    model = build_method(CONFIG, SMALL)
    batch = random_batch()
    for sample in batch['data_samples']:
        sample.corr.label = None
    with pytest.raises(KeyError, match='LoadWeakLabels'):
        model(**model.data_preprocessor(batch, True), mode='loss')


@pytest.mark.parametrize('options,message', [
    ({'model.pair_sampler': None}, 'belong together'),
    ({'model.semantic_projector_2d': None}, 'give both'),
    ({'model.class_contrast': None, 'model.pair_sampler': None}, 'alone'),
    (NO_WCD | {'model.consistency': None}, 'has no loss'),
    ({'model.consistency.num_classes': 13}, 'num_classes=13'),
    ({'model.direction': 'both'}, 'image_to_lidar')])
def test_bad_settings_are_refused(build_method, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_method(CONFIG, SMALL | options)
