"""Encoders as checkpoints for the backbones of mmpretrain and mmdet3d."""
from __future__ import annotations

import pprint
import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mmcrossdistill.models.backbones import ResNet, ViT

from .export import CannotExpressError, Export
from .source import Source
from .vit_parts import (
    PRE_NORM,
    QUICK_GELU,
    VitParts,
    describe_vit,
    patch_grid,
    patch_positions,
    prefix_tokens,
)

_WEIGHTS = 'encoder.pth'
_META = ('epoch', 'iter', 'seed', 'experiment_name', 'time', 'mmengine_version')
_MMPRETRAIN = 'mmpretrain'
_USAGE = """from mmengine.config import Config
from {library}.registry import MODELS

backbone = MODELS.build(Config.fromfile('backbone.py').backbone)
backbone.init_weights()  # reads {weights}; start in this folder
backbone.eval()
"""
_IMAGE_USAGE = """import torch

images = torch.zeros(1, 3, *{size})  # RGB, normalised by mean {mean} and std {std} of 0-255
features, = backbone(images)  # (B, C, h, w)
"""
# timm's name -> mmpretrain's.
_NAMES = tuple((re.compile(pattern), name) for pattern, name in (
    (r'^blocks\.', 'layers.'),
    (r'^norm\.', 'ln1.'),
    (r'^norm_pre\.', 'pre_norm.'),
    (r'\.norm([12])\.', r'.ln\1.'),
    (r'^patch_embed\.proj\.', 'patch_embed.projection.'),
    (r'\.ls1\.gamma$', '.attn.gamma1.weight'),
    (r'\.ls2\.gamma$', '.ffn.gamma2.weight'),
))
_MLP_NAMES = {
    False: (('.mlp.fc1.', '.ffn.layers.0.0.'), ('.mlp.fc2.', '.ffn.layers.1.')),
    True: (('.mlp.fc1.', '.ffn.w12.'), ('.mlp.fc2.', '.ffn.w3.'))}


def export_mmpretrain(source: Source) -> Export:
    """Express an encoder as a checkpoint and a config of an mmpretrain backbone.

    Args:
        source: a ViT or ResNet.

    Returns:
        The files.

    Raises:
        CannotExpressError: if mmpretrain's backbone lacks a part of the encoder.
    """
    encoder = source.encoder
    if isinstance(encoder, ViT):
        parts = describe_vit(
            encoder, f"{_MMPRETRAIN}'s VisionTransformer", known=[PRE_NORM, QUICK_GELU])
        size = tuple(source.image_size or encoder.model.patch_embed.img_size)
        backbone = _vit_config(encoder, parts, size)
        notes = (f'The position embedding is stored for {size[0]} x {size[1]} pixels; at other '
                 'sizes mmpretrain resizes it in its own way.',)
        return _export(source, _MMPRETRAIN, _vit_weights(encoder, parts, size), backbone, notes)
    if isinstance(encoder, ResNet):
        if source.cfg.get('output_stride', 32) != 32:
            raise CannotExpressError(
                f"{_MMPRETRAIN}'s ResNet dilates the first block of a stage as well, and so cannot "
                f'express output stride {source.cfg["output_stride"]}')
        backbone = dict(type='ResNet', depth=encoder.model.depth, out_indices=(3,))
        return _export(source, _MMPRETRAIN, encoder.model.state_dict(), backbone)
    raise CannotExpressError(f'{_MMPRETRAIN} has no {type(encoder).__name__}')


def export_mmdet3d(source: Source) -> Export:
    """Express a 3D encoder as a plain state dict and a config of our class in mmdet3d.

    Args:
        source: a 3D encoder.

    Returns:
        The files.
    """
    backbone = dict(source.cfg)
    backbone['type'] = f'mmcrossdistill.{type(source.encoder).__name__}'
    return _export(
        source, 'mmdet3d', source.encoder.state_dict(), backbone,
        ("The class is mmcrossdistill's, which must be installed; it reads the `PointBatch` that "
         '`DistillDataPreprocessor` makes.',), imports=('mmcrossdistill.models',))


def _export(
    source: Source, library: str, weights: Mapping[str, Tensor], backbone: Mapping[str, Any],
    notes: tuple[str, ...] = (), imports: tuple[str, ...] = (),
) -> Export:
    """Put weights and config together.

    Args:
        source: of the encoder.
        library: whose registry builds the config.
        weights: by the library's names.
        backbone: config without weights.
        notes: for the card.
        imports: modules that register the class.
    """
    backbone = dict(backbone, init_cfg=dict(type='Pretrained', checkpoint=_WEIGHTS))
    text = f'backbone = {pprint.pformat(backbone, sort_dicts=False, width=96)}\n'
    usage = _USAGE.format(library=library, weights=_WEIGHTS)
    if source.image_size and not imports:
        usage += _IMAGE_USAGE.format(
            size=tuple(source.image_size), mean=source.mean, std=source.std)
    if imports:
        text = f'custom_imports = dict(imports={list(imports)})\n' + text
    return Export(
        library, weights, _WEIGHTS, usage,
        meta={key: source.meta[key] for key in _META if key in source.meta},
        texts={'backbone.py': text}, notes=notes)


def _vit_config(encoder: ViT, parts: VitParts, size: tuple[int, int]) -> dict[str, Any]:
    """Describe a ViT to mmpretrain.

    Args:
        encoder: the network.
        parts: of it.
        size: (H, W) of the images, pixels.

    Raises:
        CannotExpressError: if its SwiGLU has a width that mmpretrain rounds.
    """
    width = parts.hidden_dims
    if parts.is_swiglu:
        # mmpretrain takes two thirds of this, rounded up to a multiple of 8.
        if width % 8:
            raise CannotExpressError(
                f'{_MMPRETRAIN} cannot express a SwiGLU of width {width}, no multiple of 8')
        width = width * 3 // 2
    layers = dict(ffn_type='swiglu_fused') if parts.is_swiglu else {}
    if QUICK_GELU in parts.special:
        layers = dict(act_cfg=dict(type='mmpretrain.QuickGELU'))
    return dict(
        type='VisionTransformer',
        arch=dict(embed_dims=parts.embed_dims, num_layers=parts.depth, num_heads=parts.num_heads,
                  feedforward_channels=width),
        img_size=size, patch_size=parts.patch_size[0],
        norm_cfg=dict(type='LN', eps=parts.norm_eps),
        layer_scale_init_value=1.0 if parts.has_layer_scale else 0.0,
        layer_cfgs=layers, pre_norm=PRE_NORM in parts.special,
        out_type='featmap', final_norm=encoder.feature == 'norm')


def _vit_weights(encoder: ViT, parts: VitParts, size: tuple[int, int]) -> dict[str, Tensor]:
    """Name the tensors as mmpretrain does.

    Args:
        encoder: the network.
        parts: of it.
        size: (H, W) of the images, pixels.
    """
    state = {}
    for name, value in encoder.model.state_dict().items():
        if name.startswith('norm.') and encoder.feature != 'norm':
            continue
        for pattern, replacement in _NAMES:
            name = pattern.sub(replacement, name)
        for old, new in _MLP_NAMES[parts.is_swiglu]:
            name = name.replace(old, new)
        state[name] = value
    cls_token, _ = prefix_tokens(encoder)
    state['cls_token'] = cls_token
    # CLS holds its position already.
    state['pos_embed'] = torch.cat(
        [torch.zeros_like(cls_token), patch_positions(encoder, patch_grid(encoder, size))], dim=1)
    return state
