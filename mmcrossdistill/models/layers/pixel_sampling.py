"""Features at pixels, without the upsampled map."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def sample_features_at_pixels(
    feats: Tensor,
    view_idx: Tensor,
    pixel_uv: Tensor,
    image_size: tuple[int, int],
    pixel_rounding: str = 'floor',
) -> Tensor:
    """Read a low-resolution feature map at image pixels.

    Equal to bilinear upsampling with ``align_corners=True`` to ``image_size`` and reading the map
    at each pixel, without making the upsampled map: four rows are added up per pixel.
    Source: the upsampling and the floored pixel are ScaLR's; Collaborative Distillation 3.1.

    Args:
        feats ((B, C, h, w) float): feature maps.
        view_idx ((M,) int64): map of each pixel.
        pixel_uv ((M, 2) float): continuous pixels (u, v) in an image of ``image_size``.
        image_size: (H, W) in pixels.
        pixel_rounding: 'floor' reads the pixel that contains the point, as the published code
            does; 'none' reads at the continuous position of the pixel grid (its centre is .5).

    Returns:
        (M, C) float: one feature per pixel.

    Raises:
        ValueError: if ``pixel_rounding`` is unknown.
    """
    if pixel_rounding == 'floor':
        pixels = pixel_uv.floor()
    elif pixel_rounding == 'none':
        pixels = pixel_uv - 0.5
    else:
        raise ValueError(f"pixel_rounding must be 'floor' or 'none', got {pixel_rounding!r}")
    height, width = feats.shape[-2:]
    col, row = pixels.unbind(-1)
    col = (col * ((width - 1) / max(image_size[1] - 1, 1))).clamp(0, width - 1)
    row = (row * ((height - 1) / max(image_size[0] - 1, 1))).clamp(0, height - 1)
    col_0, row_0 = col.floor().long(), row.floor().long()
    col_1, row_1 = (col_0 + 1).clamp(max=width - 1), (row_0 + 1).clamp(max=height - 1)
    to_right = (col - col_0).to(feats.dtype)
    to_below = (row - row_0).to(feats.dtype)

    # A bag of four weighted rows per pixel: the corners are added up while they are read, so
    # neither they nor their gradients are stored. Channels last, so that each row is contiguous.
    rows = feats.permute(0, 2, 3, 1).reshape(-1, feats.shape[1])
    base = view_idx * (height * width)
    corners = torch.stack([
        base + row_0 * width + col_0, base + row_0 * width + col_1,
        base + row_1 * width + col_0, base + row_1 * width + col_1], dim=1)
    weights = torch.stack([
        (1 - to_right) * (1 - to_below), to_right * (1 - to_below),
        (1 - to_right) * to_below, to_right * to_below], dim=1)
    return F.embedding_bag(corners, rows, per_sample_weights=weights, mode='sum')


def pixel_centres(height: int, width: int) -> Tensor:
    """List the centres of all pixels of an image.

    Args:
        height: pixels.
        width: pixels.

    Returns:
        (H * W, 2) float32: (u, v), row by row.
    """
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing='ij')
    return torch.stack([columns, rows], dim=-1).reshape(-1, 2).float() + 0.5
