"""Encoders as Hugging Face's Dinov2 and Dinov2WithRegisters."""
from __future__ import annotations

import json

import torch
from torch import Tensor, nn

from mmcrossdistill.models.backbones import ViT

from .export import CannotExpressError, Export
from .source import Source
from .vit_parts import (
    REGISTERS,
    VitParts,
    describe_vit,
    patch_grid,
    prefix_tokens,
    square_positions,
)

_LIBRARY = 'Hugging Face Dinov2'
_USAGE = """import torch
from transformers import AutoModel

model = AutoModel.from_pretrained('.').eval()
images = torch.zeros(1, 3, *{size})  # RGB, normalised as in preprocessor_config.json
tokens = model(images, output_hidden_states=True).{tokens}
features = tokens[:, {prefix}:]  # (B, h * w, C)
"""


def export_hf_dinov2(source: Source) -> Export:
    """Express an encoder as a folder that ``AutoModel.from_pretrained`` loads.

    Names on disk are those of the published models, which every version of transformers reads.
    transformers stores a square position embedding and resizes it in one way; the embedding is
    chosen so that at the source's image size the result is ours.

    Args:
        source: a ViT with CLS token, learned positions and GELU or SwiGLU.

    Returns:
        The files.

    Raises:
        CannotExpressError: if Dinov2 has no place for a part of the encoder.
    """
    encoder = source.encoder
    if not isinstance(encoder, ViT):
        raise CannotExpressError(
            f'{_LIBRARY} is a vision transformer, the encoder is a {type(encoder).__name__}')
    parts = describe_vit(encoder, _LIBRARY, known=[REGISTERS])
    if parts.patch_size[0] != parts.patch_size[1]:
        raise CannotExpressError(f'{_LIBRARY} cannot express patches of {parts.patch_size} pixels')
    ratio = _mlp_ratio(parts)
    size = tuple(source.image_size or encoder.model.patch_embed.img_size)
    mode = 'antialias' if parts.num_registers else 'plain'
    positions, side = square_positions(encoder, patch_grid(encoder, size), mode)
    name = 'Dinov2WithRegisters' if parts.num_registers else 'Dinov2'
    config = dict(
        architectures=[f'{name}Model'],
        model_type='dinov2_with_registers' if parts.num_registers else 'dinov2',
        hidden_size=parts.embed_dims, num_hidden_layers=parts.depth,
        num_attention_heads=parts.num_heads, mlp_ratio=ratio, hidden_act='gelu',
        layer_norm_eps=parts.norm_eps, image_size=side * parts.patch_size[0],
        patch_size=parts.patch_size[0], num_channels=3, qkv_bias=True, layerscale_value=1.0,
        use_swiglu_ffn=parts.is_swiglu, torch_dtype='float32')
    if parts.num_registers:
        config['num_register_tokens'] = parts.num_registers
    preprocessor = dict(
        image_processor_type='BitImageProcessor', do_resize=True,
        size=dict(height=size[0], width=size[1]), resample=2, do_center_crop=False,
        do_convert_rgb=True, do_rescale=True, rescale_factor=1 / 255, do_normalize=True,
        image_mean=[value / 255 for value in source.mean],
        image_std=[value / 255 for value in source.std])
    return Export(
        _LIBRARY, _weights(encoder, parts, positions), 'model.safetensors',
        _USAGE.format(
            size=size, prefix=1 + parts.num_registers,
            tokens='last_hidden_state' if encoder.feature == 'norm' else 'hidden_states[-1]'),
        texts={'config.json': json.dumps(config, indent=2) + '\n',
               'preprocessor_config.json': json.dumps(preprocessor, indent=2) + '\n'},
        notes=(f'The position embedding is exact for {size[0]} x {size[1]} pixels; at other sizes '
               'transformers resizes it in its own way.',))


def _mlp_ratio(parts: VitParts) -> int:
    """Find the whole number by which Dinov2 computes the width inside its MLP.

    Args:
        parts: of the encoder.

    Raises:
        CannotExpressError: if there is none.
    """
    for ratio in range(1, 17):
        width = ratio * parts.embed_dims
        if parts.is_swiglu:
            # transformers: two thirds, rounded up to a multiple of 8
            width = (int(width * 2 / 3) + 7) // 8 * 8
        if width == parts.hidden_dims:
            return ratio
    raise CannotExpressError(
        f'{_LIBRARY} cannot express an MLP of width {parts.hidden_dims} in a model of width '
        f'{parts.embed_dims}')


def _weights(encoder: ViT, parts: VitParts, positions: Tensor) -> dict[str, Tensor]:
    """Name the tensors as on the hub.

    Args:
        encoder: the network.
        parts: of it.
        positions ((1, s * s, C) float): of the patches.
    """
    model = encoder.model
    cls_token, registers = prefix_tokens(encoder)
    projection = model.patch_embed.proj
    state = {
        'embeddings.cls_token': cls_token,
        'embeddings.mask_token': torch.zeros(1, parts.embed_dims),
        # CLS holds its position already.
        'embeddings.position_embeddings': torch.cat(
            [torch.zeros_like(cls_token), positions], dim=1),
        'embeddings.patch_embeddings.projection.weight': projection.weight,
        'embeddings.patch_embeddings.projection.bias': projection.bias,
        **_named('layernorm', model.norm)}
    if parts.num_registers:
        state['embeddings.register_tokens'] = registers
    inner = ('weights_in', 'weights_out') if parts.is_swiglu else ('fc1', 'fc2')
    for index, block in enumerate(model.blocks):
        layer = f'encoder.layer.{index}'
        for part in ('weight', 'bias'):
            split = getattr(block.attn.qkv, part).chunk(3)
            for name, value in zip(('query', 'key', 'value'), split, strict=True):
                state[f'{layer}.attention.attention.{name}.{part}'] = value
        state |= _named(f'{layer}.attention.output.dense', block.attn.proj)
        state |= _named(f'{layer}.norm1', block.norm1) | _named(f'{layer}.norm2', block.norm2)
        state |= _named(f'{layer}.mlp.{inner[0]}', block.mlp.fc1)
        state |= _named(f'{layer}.mlp.{inner[1]}', block.mlp.fc2)
        for half, scale in ((1, block.ls1), (2, block.ls2)):
            state[f'{layer}.layer_scale{half}.lambda1'] = (
                scale.gamma if parts.has_layer_scale else torch.ones(parts.embed_dims))
    return state


def _named(name: str, module: nn.Module) -> dict[str, Tensor]:
    """Get weight and bias of a module under a name."""
    return {f'{name}.weight': module.weight, f'{name}.bias': module.bias}
