"""Resizing a ViT's learned position embedding to another patch grid."""
from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

# Antialiased? Added to the number of patches before the scale factor is computed?
RESIZE_MODES = {
    'dinov2': (False, 0.1),  # DINO, iBOT, DINOv2 without registers
    'antialias': (True, 0.0),  # DINOv2 with registers
    'plain': (False, 0.0),  # Hugging Face, mmpretrain
}


@lru_cache(maxsize=64)
@torch.inference_mode(False)  # a cached inference tensor could not be used in training later
def axis_matrix(old: int, new: int, mode: str, device: torch.device) -> Tensor:
    """Write bicubic interpolation along one axis as a matrix.

    Args:
        old: stored number of patches.
        new: wanted number of patches.
        mode: key of ``RESIZE_MODES``.
        device: where the matrix is used.

    Returns:
        (new, old) float32: interpolation weights.
    """
    antialias, offset = RESIZE_MODES[mode]
    # An identity image resized along its rows; in float32, to round as the published code does.
    unit = torch.eye(old).view(1, 1, old, old)
    if offset:
        resized = F.interpolate(unit, scale_factor=((new + offset) / old, 1.0), mode='bicubic')
    else:
        resized = F.interpolate(unit, size=(new, old), mode='bicubic', antialias=antialias)
    return resized[0, 0].to(device)


def resize_pos_embed(
    pos_embed: Tensor, old_grid: tuple[int, int], new_grid: tuple[int, int], mode: str
) -> Tensor:
    """Resize the position embedding of the patches.

    Bicubic interpolation is linear and separable, so it is two small matrix products with cached
    matrices: cheap enough for every forward pass, differentiable, and deterministic on GPUs, where
    the backward pass of bicubic interpolation is not.
    Source: DINOv2's ``interpolate_pos_encoding``.

    Args:
        pos_embed ((1, h * w, C) float): embedding of the stored grid, without prefix tokens.
        old_grid: stored grid (h, w).
        new_grid: wanted grid (h', w').
        mode: ``'dinov2'``, ``'antialias'`` or ``'plain'``; they differ by about 1e-2.

    Returns:
        (1, h' * w', C) float: the embedding; the input itself when the grids are equal.
    """
    if old_grid == new_grid:
        return pos_embed
    device = pos_embed.device
    rows = axis_matrix(old_grid[0], new_grid[0], mode, device)
    columns = axis_matrix(old_grid[1], new_grid[1], mode, device)
    with torch.autocast(device.type, enabled=False):
        stored = pos_embed.float().view(*old_grid, -1)
        # i, j: wanted rows and columns; p, q: stored ones; c: channels.
        resized = torch.einsum('ip,jq,pqc->ijc', rows, columns, stored)
    return resized.flatten(0, 1).unsqueeze(0).to(pos_embed.dtype)
