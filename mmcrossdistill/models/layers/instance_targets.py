"""What a network that finds objects by their centres shall say in each cell of the ground."""
from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .bev_grid import BevGrid
from .scatter import inverse_counts, scatter_sum


class InstanceTargets(NamedTuple):
    """Targets of B clouds on a grid of H x W cells.

    Args:
        heatmap ((B, 1, H, W) float32): in [0, 1], 1 in the cell of a centre.
        offset ((B, 2, H, W) float32): from the lower corner of a cell to the centre of its
            object, in cells; zero where there is none.
        has_object ((B, H, W) bool): whether an object has points in the cell.
        is_labelled ((B, H, W) bool): whether a point in the cell has a label.
    """

    heatmap: Tensor
    offset: Tensor
    has_object: Tensor
    is_labelled: Tensor


def instance_targets(coords: Tensor, batch_idx: Tensor, instances: Tensor, is_labelled: Tensor,
                     batch_size: int, grid: BevGrid, sigma: float = 5.0) -> InstanceTargets:
    """Draw the centres of objects, and point from their cells to them.

    The centre of an object is the mean of x and y of its points. A cell belongs to the object that
    has most points in it, of equal ones to the lowest instance. Gaussians are drawn around the
    cell of the centre and cut off beyond 3 sigma + 1 cells; of several the highest counts. Centres
    outside the grid are not drawn, but pointed to.
    Source: Panoptic-PolarNet (Zhou et al., CVPR 2021), with its width of 5 cells.

    Args:
        coords ((N, 3) float): points of all clouds, metres.
        batch_idx ((N,) int64): cloud of each point.
        instances ((N,) int64): object of each point, numbered within its cloud in [1, 2^32); zero
            or negative for none.
        is_labelled ((N,) bool): whether a point has a label.
        batch_size: B.
        grid: of the cells.
        sigma (> 0): of the Gaussians, cells.
    """
    height, width = grid.size
    total = batch_size * height * width
    places = grid.locate(coords[:, :2].float())
    cells = grid.cells(places)
    flat = grid.flatten(cells, batch_idx)
    labelled = torch.zeros(total, dtype=torch.bool, device=coords.device)
    # Writing the same value many times is the same in any order.
    labelled[flat[is_labelled]] = True
    rows = torch.nonzero(instances > 0).squeeze(1)
    # Objects of all clouds, numbered from 0.
    keys, index = torch.unique(
        instances[rows] * batch_size + batch_idx[rows], return_inverse=True)
    weight = inverse_counts(index, len(keys))
    centres = grid.locate(scatter_sum(coords[rows, :2].float() * weight, index, len(keys)))
    owned, owner = _owners(flat[rows], index, len(keys))
    corner = torch.stack([owned // width % height, owned % width], dim=1)
    offset = coords.new_zeros(total, 2, dtype=torch.float32)
    offset[owned] = grid.shortest(centres[owner] - corner)
    has_object = torch.zeros_like(labelled)
    has_object[owned] = True
    return InstanceTargets(
        _draw(centres, keys % batch_size, batch_size, grid, sigma),
        offset.view(batch_size, height, width, 2).permute(0, 3, 1, 2),
        has_object.view(batch_size, height, width), labelled.view(batch_size, height, width))


def _owners(cell: Tensor, index: Tensor, num_objects: int) -> tuple[Tensor, Tensor]:
    """Let the points of each cell vote for its object.

    Args:
        cell ((M,) int64): of each point of an object.
        index ((M,) int64): object of the point.
        num_objects: K.

    Returns:
        (C,) int64 cells, ascending, and (C,) int64 their objects.
    """
    pairs, votes = torch.unique(cell * num_objects + index, return_counts=True)
    # By cell, then by votes; stable, so that the lowest object stays first among equals.
    order = torch.argsort(votes, descending=True, stable=True)
    order = order[torch.argsort(pairs[order] // max(num_objects, 1), stable=True)]
    cells, objects = pairs[order] // max(num_objects, 1), pairs[order] % max(num_objects, 1)
    is_first = torch.ones_like(cells, dtype=torch.bool)
    is_first[1:] = cells[1:] != cells[:-1]
    return cells[is_first], objects[is_first]


def _draw(centres: Tensor, batch_idx: Tensor, batch_size: int, grid: BevGrid,
          sigma: float) -> Tensor:
    """Draw Gaussians.

    Args:
        centres ((K, 2) float): places, cells.
        batch_idx ((K,) int64): cloud of each.
        batch_size: B.
        grid: of the cells.
        sigma: in cells.

    Returns:
        (B, 1, H, W) float32: the maximum of all.
    """
    size = torch.tensor(grid.size, device=centres.device)
    reach = int(3 * sigma + 1)
    steps = torch.arange(-reach, reach + 1, device=centres.device)
    window = torch.cartesian_prod(steps, steps)
    value = torch.exp(-(window ** 2).sum(dim=1) / (2 * sigma ** 2))
    middle = centres.floor().long()
    is_drawn = ((middle >= 0) & (middle < size)).all(dim=1)
    cells = middle[:, None] + window
    if grid.wraps:
        cells = torch.stack([cells[..., 0], cells[..., 1] % size[1]], dim=-1)
    inside = ((cells >= 0) & (cells < size)).all(dim=-1) & is_drawn[:, None]
    flat = grid.flatten(
        cells.flatten(0, 1), batch_idx.repeat_interleave(len(window))).view_as(inside)
    heatmap = centres.new_zeros(batch_size * grid.size[0] * grid.size[1])
    heatmap.scatter_reduce_(0, flat[inside], value.expand_as(flat)[inside], 'amax')
    return heatmap.view(batch_size, 1, *grid.size)
