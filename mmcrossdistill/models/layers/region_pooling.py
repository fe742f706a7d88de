"""Means of upsampled, normalised feature maps over regions, without the upsampled map.

A pixel of a bilinearly upsampled map is a weighted sum of four cells. Its norm follows from the
products of neighbouring cells, and the sum of the normalised pixels of a region is a weighted sum
of cells: one number per pixel and corner is all that is needed at full resolution, never C of them.
"""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from mmcrossdistill.structures import Regions

# Squared norms below this are taken for zero: torch.nn.functional.normalize's 1e-12, squared.
_TINY = 1e-24


def _axis(cells: int, pixels: int, like: Tensor) -> tuple[Tensor, Tensor]:
    """Place the pixels of one axis between cells, corners aligned.

    Args:
        cells: of the map.
        pixels: of the image.
        like: gives device and dtype.

    Returns:
        (pixels,) int64: the cell before each pixel. (pixels,) float: the weight of the next cell.
    """
    place = torch.arange(pixels, device=like.device, dtype=torch.float64)
    place *= (cells - 1) / max(pixels - 1, 1)
    before = place.floor().long().clamp(max=max(cells - 2, 0))
    return before, (place - before).to(like.dtype)


def _spread(before: Tensor, at_first: Tensor, at_next: Tensor | None, cells: int) -> Tensor:
    """Write weights of cells into a (pixels, cells) matrix.

    Args:
        before ((P,) int64): first cell of each pixel.
        at_first ((P,) float): its weight.
        at_next ((P,) float): weight of the cell after it, or ``None``.
        cells: width of the matrix.
    """
    matrix = at_first.new_zeros(len(before), cells)
    matrix.scatter_(1, before[:, None], at_first[:, None])
    if at_next is not None and cells > 1:
        matrix.scatter_(1, before[:, None] + 1, at_next[:, None])
    return matrix


def upsampled_square_norms(feats: Tensor, image_size: tuple[int, int]) -> Tensor:
    """Squared norm of every pixel of the bilinearly upsampled map (``align_corners=True``).

    With weights p of the four cells x, the norm is the sum of p_c p_d <x_c, x_d>; the products of
    a cell with itself and its neighbours are small maps, and their weights are separable.

    Args:
        feats ((B, C, h, w) float): maps.
        image_size: (H, W) of the upsampled map.

    Returns:
        (B, H, W) float: not below zero.
    """
    height, width = feats.shape[-2:]
    rows, to_below = _axis(height, image_size[0], feats)
    columns, to_right = _axis(width, image_size[1], feats)
    own_row = _spread(rows, (1 - to_below) ** 2, to_below ** 2, height)
    own_col = _spread(columns, (1 - to_right) ** 2, to_right ** 2, width)
    pair_row = _spread(rows, 2 * to_below * (1 - to_below), None, height)
    pair_col = _spread(columns, 2 * to_right * (1 - to_right), None, width)

    def product(one: Tensor, other: Tensor) -> Tensor:
        """Inner products, with zeros where the last row or column has no neighbour."""
        small = (one * other).sum(dim=1)
        return F.pad(small, (0, width - small.shape[2], 0, height - small.shape[1]))

    right = product(feats[..., :-1], feats[..., 1:])
    below = product(feats[..., :-1, :], feats[..., 1:, :])
    across = product(feats[..., :-1, :-1], feats[..., 1:, 1:]) + product(
        feats[..., :-1, 1:], feats[..., 1:, :-1])
    own = own_row @ product(feats, feats) + pair_row @ below
    beside = own_row @ right + 0.5 * (pair_row @ across)
    return (own @ own_col.T + beside @ pair_col.T).clamp_min(0.0)


class _CellWeights(torch.autograd.Function):
    """Sum pixel weights by region and cell; backward reads them back. Indices are not stored."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, region: Tensor, num_regions: int,
                cells: tuple[int, int]) -> Tensor:
        """Scatter.

        Args:
            ctx: autograd's context.
            weight ((B, H, W) float): of each pixel.
            region ((B, H, W) int32): row of each pixel; ``num_regions`` where it has none.
            num_regions: rows.
            cells: (h, w) of the map.

        Returns:
            (num_regions + 1, h * w) float: weight of each cell in each region's sum.
        """
        ctx.save_for_backward(region)
        ctx.cells = cells
        total = weight.new_zeros((num_regions + 1) * cells[0] * cells[1])
        for index, share in _corners(region, cells, weight):
            total.index_add_(0, index.view(-1), (weight * share).view(-1))
        return total.view(num_regions + 1, -1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None, None]:
        """Gather.

        Args:
            ctx: autograd's context.
            grad ((num_regions + 1, h * w) float): gradient of the sums.
        """
        region, = ctx.saved_tensors
        grad = grad.contiguous().view(-1)
        result = grad.new_zeros(region.shape)
        for index, share in _corners(region, ctx.cells, grad):
            result += grad.index_select(0, index.view(-1)).view(region.shape) * share
        return result, None, None, None


def _corners(region: Tensor, cells: tuple[int, int], like: Tensor,
             ) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the four cells of every pixel with their shares.

    Args:
        region ((B, H, W) int32): row of each pixel.
        cells: (h, w) of the map.
        like: gives the dtype.

    Yields:
        (B, H, W) int64: place of (region, cell). (H, W) float: share of the cell in the pixel.
    """
    rows, to_below = _axis(cells[0], region.shape[1], like)
    columns, to_right = _axis(cells[1], region.shape[2], like)
    first = region.long() * (cells[0] * cells[1]) + (rows[:, None] * cells[1] + columns)
    for down in range(min(cells[0], 2)):
        along_rows = to_below if down else 1 - to_below
        for right in range(min(cells[1], 2)):
            along_columns = to_right if right else 1 - to_right
            yield first + (down * cells[1] + right), along_rows[:, None] * along_columns


def region_sums(feats: Tensor, regions: Regions) -> Tensor:
    """Sum the l2-normalised pixels of the upsampled map in every region.

    Equal to bilinear upsampling (``align_corners=True``) to the size of the regions' map,
    normalising every pixel and adding up those of a region, SLidR's way by a one-hot matrix.

    Args:
        feats ((B, C, h, w) float): maps.
        regions: of the B views.

    Returns:
        (S, C) float32: one row per region.
    """
    feats = feats.float()
    cells = tuple(feats.shape[-2:])
    norms = upsampled_square_norms(feats, tuple(regions.row.shape[-2:]))
    weight = _CellWeights.apply(
        norms.clamp_min(_TINY).rsqrt(), regions.row, regions.num_rows, cells)
    rows = feats.permute(0, 2, 3, 1).flatten(1, 2)
    parts = weight[:-1].split(list(regions.per_view))
    return torch.cat([part @ view for part, view in zip(parts, rows, strict=True)])
