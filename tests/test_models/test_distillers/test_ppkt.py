"""PPKT from its config."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.structures import cloud
from mmcrossdistill.testing.tiny import random_batch

from .conftest import TINY_3D, TINY_R50, losses_and_gradients

CONFIG = 'ppkt/ppkt_minkunet34.py'


def test_the_loss_is_that_of_the_definition(build_method) -> None:
    model = build_method(CONFIG, TINY_3D | TINY_R50)
    inputs = model.data_preprocessor(random_batch(), True)['inputs']
    found = model(inputs, mode='loss')['loss_contrast']
    with torch.no_grad():
        maps = model.projector_2d(model.backbone_2d(inputs['imgs'])[-1])
        assert maps.shape[-2:] == (1, 2), 'strides: 32 pixels per cell'
        large = F.interpolate(maps, scale_factor=32, mode='bilinear', align_corners=True)
        points, corr = model.extract_3d(cloud(inputs)), inputs['corr']
        column, row = corr.pixel_uv.long().unbind(1)
        logits = F.normalize(points[corr.point_idx], dim=1) @ F.normalize(
            large[corr.view_idx, :, row, column], dim=1).T / 0.07
        expected = (logits.logsumexp(1) - logits.diagonal()).mean()
    assert found.item() == pytest.approx(expected.item(), rel=1e-4)


@pytest.mark.parametrize('config', [CONFIG, 'slidr/slidr_no_superpixels_minkunet34.py'])
def test_the_image_head_and_the_3d_side_learn(build_method, config: str) -> None:
    model = build_method(config, TINY_3D | TINY_R50)
    losses, learning = losses_and_gradients(model, random_batch())
    assert torch.isfinite(losses['loss_contrast'])
    assert learning == {'projector_2d', 'backbone_3d', 'projector_3d'}


def test_pairs_are_drawn_without_repetition(build_method) -> None:
    model = build_method(CONFIG, TINY_3D | TINY_R50 | {'model.num_pairs': 12})
    inputs = model.data_preprocessor(random_batch(), True)['inputs']
    drawn = []
    model.pooler.register_forward_pre_hook(lambda _, args: drawn.append(args[2]))
    assert len(model(inputs).feat_2d) == 12 and len(inputs['corr']) == 80
    pixels = {tuple(uv) for uv in inputs['corr'].pixel_uv.tolist()}
    assert len(pixels & {tuple(uv) for uv in drawn[0].pixel_uv.tolist()}) == 12


def test_without_pairs_the_loss_is_a_zero_with_gradient(build_method) -> None:
    model = build_method(CONFIG, TINY_3D | TINY_R50)
    losses, learning = losses_and_gradients(model, random_batch(num_pairs=0))
    assert losses['loss_contrast'].item() == 0 and not learning


def test_bad_settings_are_refused(build_method) -> None:
    with pytest.raises(ValueError, match='num_pairs'):
        build_method(CONFIG, TINY_3D | TINY_R50 | {'model.num_pairs': 0})
    with pytest.raises(ValueError, match='image_to_lidar'):
        build_method(CONFIG, TINY_3D | TINY_R50 | {'model.direction': 'both'})
