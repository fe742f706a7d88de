"""ScaLR from its config."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.testing.tiny import random_batch

from .conftest import losses_and_gradients

CONFIG = 'scalr/scalr_waffleiron_vitl.py'
TINY = {
    'model.backbone_2d.arch': 'test_tiny', 'model.backbone_2d.checkpoint': None,
    'model.backbone_3d': dict(_delete_=True, type='WaffleIron', arch='test_tiny'),
    'model.projector_3d.in_channels': 16, 'model.projector_3d.out_channels': 32}


def test_the_loss_is_the_mean_distance_and_the_3d_side_learns(build_method) -> None:
    model = build_method(CONFIG, TINY)
    inputs = model.data_preprocessor(random_batch(), True)['inputs']
    with torch.no_grad():
        pairs = model(inputs)
        cosine = F.cosine_similarity(pairs.feat_2d, pairs.feat_3d)
    losses, learning = losses_and_gradients(model, random_batch())
    assert losses['loss_distill'].item() == pytest.approx(
        (2 - 2 * cosine).sqrt().mean().item(), rel=1e-4)
    assert learning == {'backbone_3d', 'projector_3d'}


def test_no_image_head_and_no_other_direction(build_method) -> None:
    head = dict(type='MapProjector', in_channels=32, out_channels=32)
    with pytest.raises(ValueError, match='projector_2d'):
        build_method(CONFIG, TINY | {'model.projector_2d': head})
    with pytest.raises(ValueError, match='image_to_lidar'):
        build_method(CONFIG, TINY | {'model.direction': 'lidar_to_image'})
