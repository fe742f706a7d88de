"""Learning rates by layer against DINOv2's recipe, number by number."""
from __future__ import annotations

import pytest
import torch
from mmengine.optim import build_optim_wrapper

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import tiny_self_distiller_cfg


def build(model: torch.nn.Module) -> dict[str, dict]:
    """Parameter groups by the name of their parameter."""
    wrapper = build_optim_wrapper(model, dict(
        type='OptimWrapper', constructor='mmcrossdistill.LayerDecayConstructor',
        optimizer=dict(type='AdamW', lr=1.0, weight_decay=0.04),
        paramwise_cfg=dict(flat_decay_mult=0.0, layer_decay=0.9, patch_embed_lr_mult=0.2)))
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return {names[id(group['params'][0])]: group for group in wrapper.optimizer.param_groups}


def test_rates_fall_towards_the_image_and_heads_keep_theirs() -> None:
    groups = build(MODELS.build(tiny_self_distiller_cfg()))
    encoder = 'student.backbone_2d.model.'
    # Two blocks: layers 0 (embeddings), 1, 2 and 3 (what follows).
    expected = {
        'mask_token': 0.9 ** 3, f'{encoder}cls_token': 0.9 ** 3, f'{encoder}pos_embed': 0.9 ** 3,
        f'{encoder}patch_embed.proj.weight': 0.2 * 0.9 ** 3,
        f'{encoder}blocks.0.attn.qkv.weight': 0.9 ** 2, f'{encoder}blocks.1.mlp.fc1.bias': 0.9,
        f'{encoder}norm.weight': 1.0, 'student.dino_head.prototypes': 1.0,
        'student.ibot_head.mlp.0.weight': 1.0}
    assert {name: groups[name]['lr'] for name in expected} == pytest.approx(expected)
    assert groups[f'{encoder}blocks.1.mlp.fc1.bias']['weight_decay'] == 0
    assert groups[f'{encoder}blocks.1.mlp.fc1.weight']['weight_decay'] == 0.04
    assert not any(name.startswith(('backbone_2d', 'dino_head')) for name in groups)


def test_rates_of_waffleiron_are_those_of_scalr() -> None:
    groups = build(MODELS.build(dict(
        type='PointSegmentor', freeze_backbone=False,
        backbone_3d=dict(type='WaffleIron', arch='test_tiny'))))
    depth = 1 + max(int(name.split('.')[3]) for name in groups if '.channel_mix.' in name)
    assert depth > 1
    for name, group in groups.items():
        if '_mix.' in name:
            layer = int(name.split('.')[3]) + 1
        else:
            layer = depth + 1 if name.startswith('head.') else 0
        assert group['lr'] == pytest.approx(0.9 ** (depth + 1 - layer)), name
    assert {name.split('.')[0] for name in groups} == {'backbone_3d', 'head'}


def test_a_model_without_blocks_is_refused() -> None:
    with pytest.raises(ValueError, match='no blocks'):
        build(torch.nn.Linear(2, 2))
