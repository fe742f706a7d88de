"""Encoders as timm models."""
from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn

from mmcrossdistill.models.backbones import ResNet, ViT
from mmcrossdistill.models.backbones.vit_archs import PRESETS, build_timm_vit

from .export import CannotExpressError, Export
from .source import Source
from .vit_parts import CONV_STEM, patch_grid, patch_positions

_LIBRARY = 'timm'
# timm's smallest plain ViT; every argument of a preset replaces its own.
_PRESET_BASE = 'vit_tiny_patch16_224'
_RESNET_STRIDES = (8, 16, 32)
_RESNET_SIZE = (224, 448)  # shown in the card where the config has no size
_RESNET_DIMS = 2048
_USAGE = """import timm
import torch

model = timm.create_model('local-dir:.', pretrained=True).eval()
images = torch.zeros(1, 3, *{size})  # RGB, normalised as in config.json
"""
_VIT_USAGE = _USAGE + """# (B, C, h, w)
features, = model.forward_intermediates(
    images, indices=1, norm={norm}, intermediates_only=True)
"""
_RESNET_USAGE = _USAGE + """features = model.forward_features(images)  # (B, C, h, w)
"""


def export_timm(source: Source) -> Export:
    """Express an encoder as a folder that ``timm.create_model('local-dir:...')`` loads.

    The position embedding is stored at the source's image size, so that timm, which resizes in its
    own way, has nothing to resize there.

    Args:
        source: a ViT or ResNet.

    Returns:
        The files.

    Raises:
        CannotExpressError: if timm has no name for the encoder.
    """
    encoder = source.encoder
    if isinstance(encoder, ViT):
        return _export_vit(source, encoder)
    if isinstance(encoder, ResNet):
        return _export_resnet(source, encoder)
    raise CannotExpressError(f'{_LIBRARY} has no {type(encoder).__name__}')


def _export_vit(source: Source, encoder: ViT) -> Export:
    """Express a ViT.

    Args:
        source: of the encoder.
        encoder: the network.

    Raises:
        CannotExpressError: if it starts with a stem.
    """
    model = encoder.model
    # All else is built by timm; the stem is ours.
    if not isinstance(model.patch_embed.proj, nn.Conv2d):
        raise CannotExpressError(f'{_LIBRARY} cannot express {CONV_STEM}')
    size = source.image_size or tuple(model.patch_embed.img_size)
    grid = patch_grid(encoder, size)
    weights, notes = dict(model.state_dict()), []
    if model.pos_embed is not None:
        prefix = model.pos_embed.shape[1] - model.patch_embed.num_patches
        weights['pos_embed'] = torch.cat(
            [model.pos_embed[:, :prefix], patch_positions(encoder, grid)], dim=1)
        notes.append(f'The position embedding is stored for {size[0]} x {size[1]} pixels; at other '
                     'sizes timm resizes it in its own way.')
    arch = source.cfg.get('arch', inspect.signature(ViT).parameters['arch'].default)
    arguments = dict(source.cfg.get('arch_overrides') or {})
    if 'rope.periods' in weights:
        # timm computes them; one block of its model is enough to know how.
        theirs = build_timm_vit(arch, 0.0, {**arguments, 'depth': 1}).rope.periods
        gap = float((weights.pop('rope.periods') / theirs - 1).abs().max())
        if gap > 0:
            notes.append(
                'timm computes the periods of the rotary positions in single precision; those of '
                f'the training differ by up to {100 * gap:.2f} % (the published weights hold them '
                'rounded to bfloat16), and so features differ slightly.')
    if arch in PRESETS:
        arguments = {**PRESETS[arch], **arguments}
        arguments.pop('conv_stem', None)
        arch = _PRESET_BASE
    arguments.update(img_size=list(size), dynamic_img_size=True)
    return Export(
        _LIBRARY, weights, 'model.safetensors',
        _VIT_USAGE.format(size=tuple(size), norm=encoder.feature == 'norm'),
        texts={'config.json': _config(source, arch, arguments, encoder.embed_dims, size)},
        notes=tuple(notes))


def _export_resnet(source: Source, encoder: ResNet) -> Export:
    """Express a ResNet.

    Args:
        source: of the encoder.
        encoder: the network.

    Raises:
        CannotExpressError: if the encoder has fewer strides than timm's smallest number.
    """
    stride = source.cfg.get('output_stride', 32)
    if stride not in _RESNET_STRIDES:
        raise CannotExpressError(
            f'{_LIBRARY} cannot express a ResNet of output stride {stride}, only {_RESNET_STRIDES}')
    size = source.image_size or _RESNET_SIZE
    arguments = {} if stride == 32 else dict(output_stride=stride)
    return Export(
        _LIBRARY, encoder.model.state_dict(), 'model.safetensors',
        _RESNET_USAGE.format(size=tuple(size)),
        texts={'config.json': _config(
            source, f'resnet{encoder.model.depth}', arguments, _RESNET_DIMS, size)})


def _config(source: Source, arch: str, arguments: Mapping[str, Any], width: int,
            size: Sequence[int]) -> str:
    """Write timm's ``config.json``.

    Args:
        source: of the encoder.
        arch: timm model name.
        arguments: of its constructor.
        width: of the features.
        size: (H, W) of the images, pixels.

    Returns:
        JSON.
    """
    return json.dumps(dict(
        architecture=arch, num_classes=0, num_features=width, global_pool='',
        model_args=dict(arguments),
        pretrained_cfg=dict(
            num_classes=0, input_size=[3, *size], fixed_input_size=False, crop_pct=1.0,
            interpolation='bilinear', mean=[value / 255 for value in source.mean],
            std=[value / 255 for value in source.std])), indent=2) + '\n'
