"""SLidR and ST-SLidR from their configs, against loops over superpixels."""
from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.structures import cloud
from mmcrossdistill.testing.tiny import TINY_IMAGE, random_batch

from .conftest import TINY_3D, TINY_R50, losses_and_gradients

CONFIG = 'slidr/slidr_minkunet34.py'


def batch(**kwargs: int) -> dict:
    """Two scenes with two cameras and superpixels."""
    return random_batch(num_views=2, with_regions=True, **kwargs)


def test_the_loss_is_that_of_the_definition(build_method) -> None:
    model = build_method(CONFIG, TINY_3D | TINY_R50)
    inputs = model.data_preprocessor(batch(), True)['inputs']
    found = model(inputs, mode='loss')
    with torch.no_grad():
        maps = model.projector_2d(model.backbone_2d(inputs['imgs'])[-1])
        assert maps.shape == (4, 64, TINY_IMAGE[0] // 4, TINY_IMAGE[1] // 4), 'dilated: stride 4'
        pixels = F.normalize(
            F.interpolate(maps, scale_factor=4, mode='bilinear', align_corners=True), dim=1)
        model.train(False)
        model.train(True)
        points = F.normalize(model.extract_3d(cloud(inputs)), dim=1)
        corr = inputs['corr']
        squares = pixels.unfold(2, 8, 8).unfold(3, 8, 8).mean(dim=(4, 5))  # (4, 64, 4, 8)
        rows = {}
        for point, view, (u, v) in zip(
                corr.point_idx, corr.view_idx, corr.pixel_uv, strict=True):
            rows.setdefault((int(view), int(v) // 8, int(u) // 8), []).append(points[point])
        images = torch.stack([squares[view, :, y, x] for view, y, x in rows])
        clouds = torch.stack([torch.stack(members).mean(0) for members in rows.values()])
        logits = clouds @ images.T / 0.07
        expected = (logits.logsumexp(1) - logits.diagonal()).mean()
    assert found['loss_contrast'].item() == pytest.approx(expected.item(), rel=1e-4)
    assert found['chance'].item() == pytest.approx(math.log(len(rows)))


@pytest.mark.parametrize('config', [
    CONFIG, 'slidr/slidr_minkunet34_context_head.py', 'st_slidr/st_slidr_minkunet34.py',
    'st_slidr/st_slidr_minkunet34_unbalanced.py'])
def test_the_image_head_and_the_3d_side_learn(build_method, config: str) -> None:
    model = build_method(config, TINY_3D | TINY_R50)
    losses, learning = losses_and_gradients(model, batch())
    assert torch.isfinite(losses['loss_contrast']) and losses['loss_contrast'] > 0
    assert learning == {'projector_2d', 'backbone_3d', 'projector_3d'}
    assert not model.backbone_2d.training and model.projector_2d.training


def test_a_vit_teaches_as_well(build_method) -> None:
    model = build_method('slidr/slidr_minkunet34_dinov2_vits.py', TINY_3D | TINY_R50 | {
        'model.backbone_2d.arch': 'test_tiny', 'model.projector_2d.in_channels': 32})
    _, learning = losses_and_gradients(model, batch())
    assert learning == {'projector_2d', 'backbone_3d', 'projector_3d'}


def test_voxelnet_reads_its_own_voxels(build_method) -> None:
    model = build_method('slidr/slidr_voxelnet.py', TINY_R50 | {
        'model.backbone_3d.widths': (4, 4, 4, 4), 'model.backbone_3d.last_width': 4})
    losses, learning = losses_and_gradients(model, batch())
    assert torch.isfinite(losses['loss_contrast'])
    assert learning == {'projector_2d', 'backbone_3d'}


def test_without_pairs_the_loss_is_a_zero_with_gradient(build_method) -> None:
    for config in (CONFIG, 'st_slidr/st_slidr_minkunet34.py'):
        model = build_method(config, TINY_3D | TINY_R50)
        losses, learning = losses_and_gradients(model, batch(num_pairs=0))
        assert losses['loss_contrast'].item() == 0 and not learning
        assert model.projector_2d.linear.weight.grad is not None


def test_tolerance_asks_for_the_encoders_own_features(build_method) -> None:
    model = build_method('st_slidr/st_slidr_minkunet34.py', TINY_3D | TINY_R50)
    inputs = model.data_preprocessor(batch(), True)['inputs']
    assert model(inputs).context.shape == (inputs['regions'].num_rows, 2048)
    assert build_method(CONFIG, TINY_3D | TINY_R50)(inputs).context is None


def test_a_pipeline_without_superpixels_is_told(build_method) -> None:
    model = build_method(CONFIG, TINY_3D | TINY_R50)
    with pytest.raises(KeyError, match='LoadSuperpixels'):
        model(**model.data_preprocessor(random_batch()), mode='loss')
