"""What distinguishes one vision transformer from another, and what a format must know of it."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mmcrossdistill.models.backbones import ViT
from mmcrossdistill.models.backbones.vit_pos_embed import axis_matrix, resize_pos_embed
from mmcrossdistill.utils.optional import require

from .export import CannotExpressError


@dataclass(frozen=True)
class VitParts:
    """The shape of a timm ``VisionTransformer``.

    Args:
        patch_size: (H, W) of a patch, pixels.
        embed_dims: width.
        depth: number of blocks.
        num_heads: of each attention.
        hidden_dims: width inside the MLP; with ``is_swiglu`` of one half.
        is_swiglu: whether the MLP is SwiGLU instead of two layers.
        has_layer_scale: whether the branches are scaled by learned vectors.
        num_registers: register tokens.
        norm_eps: of every layer norm.
        special: names of unusual parts, e.g. 'a convolutional stem'.
    """

    patch_size: tuple[int, int]
    embed_dims: int
    depth: int
    num_heads: int
    hidden_dims: int
    is_swiglu: bool
    has_layer_scale: bool
    num_registers: int
    norm_eps: float
    special: tuple[str, ...]


CONV_STEM = 'a convolutional stem (to train without: backbone_2d.arch_overrides.conv_stem=False)'
REGISTERS = 'register tokens'
PRE_NORM = 'a norm before the blocks'
QUICK_GELU = 'the activation QuickGELU'


def describe_vit(encoder: ViT, library: str, known: Collection[str] = ()) -> VitParts:
    """Read the shape off a network and insist that a format can say everything about it.

    Args:
        encoder: any ViT of ours.
        library: name of the format.
        known: unusual parts that the format has as well.

    Returns:
        Its parts; all blocks are taken to be alike, as timm builds them.

    Raises:
        CannotExpressError: naming all parts that the format cannot say.
    """
    model, block = encoder.model, encoder.model.blocks[0]
    plain = require('timm.models.vision_transformer', extra='vit').VisionTransformer
    if not isinstance(model, plain):
        raise CannotExpressError(f'{library} cannot express rotary positions')
    glu = require('timm.layers', extra='vit').GluMlp
    is_swiglu = isinstance(block.mlp, glu) and not block.mlp.gate_last and isinstance(
        block.mlp.act, nn.SiLU)
    plain_act = isinstance(block.mlp.act, nn.GELU) and block.mlp.act.approximate == 'none'
    norms = (model.norm, block.norm1, block.norm2)
    unusual = {
        CONV_STEM: not isinstance(model.patch_embed.proj, nn.Conv2d),
        REGISTERS: model.num_reg_tokens > 0,
        'no CLS token': not model.has_class_token,
        'no learned position embedding': model.pos_embed is None,
        PRE_NORM: not isinstance(model.norm_pre, nn.Identity),
        'a norm of queries and keys': not isinstance(block.attn.q_norm, nn.Identity),
        'a norm of the patches': not isinstance(model.patch_embed.norm, nn.Identity),
        'an MLP with a norm': not isinstance(
            getattr(block.mlp, 'norm', nn.Identity()), nn.Identity),
        f'the activation {type(block.mlp.act).__name__}': not (is_swiglu or plain_act),
        'no bias of queries, keys and values': block.attn.qkv.bias is None,
        'a norm other than LayerNorm': not all(isinstance(norm, nn.LayerNorm) for norm in norms),
    }
    special = tuple(name for name, present in unusual.items() if present)
    if missing := [part for part in special if part not in known]:
        raise CannotExpressError(f'{library} cannot express {", ".join(missing)}')
    return VitParts(
        patch_size=tuple(encoder.patch_size), embed_dims=model.embed_dim, depth=len(model.blocks),
        num_heads=block.attn.num_heads, hidden_dims=block.mlp.fc2.in_features,
        is_swiglu=is_swiglu, has_layer_scale=not isinstance(block.ls1, nn.Identity),
        num_registers=model.num_reg_tokens, norm_eps=getattr(model.norm, 'eps', 0.0),
        special=special)


def patch_grid(encoder: ViT, size: Sequence[int]) -> tuple[int, int]:
    """Number of patches of an image.

    Args:
        encoder: any ViT.
        size: (H, W), pixels.

    Returns:
        (h, w).

    Raises:
        ValueError: if a side is no multiple of the patch.
    """
    patch = encoder.patch_size
    if size[0] % patch[0] or size[1] % patch[1]:
        raise ValueError(f'image size {tuple(size)} is no multiple of the patch size {patch}')
    return size[0] // patch[0], size[1] // patch[1]


def patch_positions(encoder: ViT, grid: tuple[int, int]) -> Tensor:
    """Compute the position embedding of the patches as our forward pass does.

    Args:
        encoder: any ViT with a learned embedding.
        grid: number of patches (h, w).

    Returns:
        (1, h * w, C) float.
    """
    stored, stored_grid = _stored_positions(encoder)
    return resize_pos_embed(stored, stored_grid, grid, encoder.pos_embed_resize)


def _stored_positions(encoder: ViT) -> tuple[Tensor, tuple[int, int]]:
    """Get the patches' embedding and its grid."""
    model = encoder.model
    embedded = 0 if model.no_embed_class else model.num_prefix_tokens
    return model.pos_embed.detach()[:, embedded:], tuple(model.patch_embed.grid_size)


def prefix_tokens(encoder: ViT) -> tuple[Tensor, Tensor]:
    """Get CLS and registers with their positions added, which is what the blocks see.

    Args:
        encoder: a ViT with a CLS token.

    Returns:
        (1, 1, C) and (1, R, C) float.
    """
    model = encoder.model
    tokens = [model.cls_token] + ([] if model.reg_token is None else [model.reg_token])
    prefix = torch.cat(tokens, dim=1).detach()
    if not model.no_embed_class:
        prefix = prefix + model.pos_embed.detach()[:, :model.num_prefix_tokens]
    return prefix[:, :1], prefix[:, 1:]


def square_positions(encoder: ViT, grid: tuple[int, int], mode: str) -> tuple[Tensor, int]:
    """Find a square embedding that another library resizes to exactly ours.

    Some libraries store a square grid only and resize it in one way. Resizing is linear, so among
    the square embeddings that it takes to ours at ``grid`` there is one that is nearest to the
    stored one: that is returned. Without a difference in resizing it is the stored one.

    Args:
        encoder: any ViT with a learned embedding.
        grid: number of patches (h, w) where the features shall be the same.
        mode: how the library resizes, key of ``RESIZE_MODES`` without offset.

    Returns:
        (1, s * s, C) float: the embedding, and its side s.
    """
    stored, stored_grid = _stored_positions(encoder)
    side = max(*grid, *stored_grid)
    near = resize_pos_embed(stored, stored_grid, (side, side), mode)
    if grid == (side, side):
        return patch_positions(encoder, grid), side
    rows, columns = (axis_matrix(side, new, mode, stored.device).double() for new in grid)
    wanted = patch_positions(encoder, grid).double().view(*grid, -1)
    square = near.double().view(side, side, -1)
    # i, j: wanted rows and columns; p, q: stored ones; c: channels.
    gap = wanted - torch.einsum('ip,jq,pqc->ijc', rows, columns, square)
    square = square + torch.einsum(
        'pi,qj,ijc->pqc', torch.linalg.pinv(rows), torch.linalg.pinv(columns), gap)
    return square.flatten(0, 1).unsqueeze(0).to(stored.dtype), side
