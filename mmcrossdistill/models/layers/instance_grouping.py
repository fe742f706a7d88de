"""From centres and offsets on the ground to objects."""
from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from .bev_grid import BevGrid


def find_centres(heatmap: Tensor, grid: BevGrid, threshold: float = 0.1, kernel_size: int = 5,
                 top_k: int = 100) -> Tensor:
    """Find the highest cells of their neighbourhoods.

    Args:
        heatmap ((H, W) float): of one cloud.
        grid: of the cells.
        threshold: centres are higher.
        kernel_size (odd): side of the neighbourhood, cells.
        top_k: most centres.

    Returns:
        (K, 2) int64: cells, the highest first.
    """
    margin = kernel_size // 2
    padded = heatmap[None]
    if grid.wraps:
        padded = F.pad(padded, (margin, margin), mode='circular')
    highest = F.max_pool2d(
        padded, kernel_size, stride=1, padding=(margin, 0 if grid.wraps else margin))[0]
    cells = torch.nonzero((heatmap == highest) & (heatmap > threshold))
    order = torch.argsort(heatmap[cells.unbind(1)], descending=True, stable=True)
    return cells[order[:top_k]]


def nearest_centres(places: Tensor, centres: Tensor, grid: BevGrid) -> Tensor:
    """Find the centre next to each place.

    Args:
        places ((M, 2) float): in cells.
        centres ((K, 2) int64): cells, K > 0; their middles count.
        grid: of the cells.

    Returns:
        (M,) int64: rows of the centres.
    """
    return grid.shortest(places[:, None] - (centres + 0.5)).square().sum(dim=-1).argmin(dim=1)


def vote(probs: Tensor, group: Tensor, num_groups: int, things: Sequence[int]) -> Tensor:
    """Let the points of each group choose its class.

    Only thing classes can be chosen, whatever their indices. (The published code keeps the first
    classes up to the highest thing class.)

    Args:
        probs ((M, C) float): class probabilities of the points.
        group ((M,) int64): group of each point.
        num_groups: K.
        things: indices of the thing classes.

    Returns:
        (K,) int64: class with the highest sum; of equal ones the first in ``things``.
    """
    choices = torch.tensor(things, device=probs.device)
    sums = probs.new_zeros(num_groups, len(things)).index_add(
        0, group, probs.index_select(1, choices))
    return choices[sums.argmax(dim=1)]


def group_objects(scores: Tensor, cells: Tensor, heatmap: Tensor, offset: Tensor, grid: BevGrid,
                  things: Sequence[int], **settings: float) -> tuple[Tensor, Tensor]:
    """Make objects of the points of one cloud.

    Points whose best class is a thing move by the offset of their cell and join the nearest
    centre; the points of a centre get one class. Without a centre they stay as they are, points of
    no object.
    Source: Panoptic-PolarNet (Zhou et al., CVPR 2021).

    Args:
        scores ((N, C) float): class scores of the points.
        cells ((N, 2) int64): cell of each point.
        heatmap ((H, W) float): predicted.
        offset ((2, H, W) float): predicted, from the lower corner of a cell, in cells.
        grid: of the cells.
        things: indices of the thing classes.
        settings: of :func:`find_centres`.

    Returns:
        (N,) int64 classes, and (N,) int64 objects from 1, 0 for none.
    """
    labels = scores.argmax(dim=1)
    instances = torch.zeros_like(labels)
    centres = find_centres(heatmap, grid, **settings)
    rows = torch.nonzero(torch.isin(labels, torch.tensor(things, device=labels.device))).squeeze(1)
    if len(centres) == 0:
        return labels, instances
    places = cells[rows] + offset[:, cells[rows, 0], cells[rows, 1]].T
    group = nearest_centres(places, centres, grid)
    probs = scores.float().softmax(dim=1)[rows]
    labels[rows] = vote(probs, group, len(centres), things)[group]
    instances[rows] = group + 1
    return labels, instances
