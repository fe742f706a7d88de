"""The area that two rotated rectangles share."""
from __future__ import annotations

import torch
from torch import Tensor

# Pairs that are computed at once; 8 edges of some numbers each.
_CHUNK = 2 ** 17
# Metres by which the second rectangle grows to each side: two edges on one line would be counted
# twice or never.
_MARGIN = 1e-9
# Signs of the corners, counter-clockwise.
_CORNERS = ((0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5), (0.5, -0.5))


@torch.no_grad()
def rotated_overlap(first: Tensor, second: Tensor) -> Tensor:
    """Compute the areas that pairs of rotated rectangles share.

    By Green's theorem: the border of the shared polygon is made of the parts of each rectangle's
    edges that lie inside the other one, and half the integral of x dy - y dx along it is its area.
    So no corners are sorted, and pairs need no branches. Computed in float64.

    Args:
        first ((N, 5) float): x, y of the centre, length, width, metres; angle from x to the length,
            counter-clockwise, radians.
        second ((M, 5) float): the other rectangles.

    Returns:
        (N, M) float64: square metres.

    Raises:
        ValueError: if there are not 5 numbers per rectangle.
    """
    for boxes in (first, second):
        if boxes.dim() != 2 or boxes.shape[1] != 5:
            raise ValueError(
                'rectangles need (N, 5) numbers: x, y, length, width, angle; got the shape '
                f'{tuple(boxes.shape)}')
    first, second = first.double(), second.double()
    reach = (first[:, None, 2:4].norm(dim=2) + second[None, :, 2:4].norm(dim=2)) / 2
    is_near = (first[:, None, :2] - second[None, :, :2]).norm(dim=2) < reach
    pairs = is_near.nonzero()
    areas = first.new_zeros(len(first), len(second))
    for rows in pairs.split(_CHUNK):
        areas[rows[:, 0], rows[:, 1]] = _pair_overlap(first[rows[:, 0]], second[rows[:, 1]])
    return areas


def _pair_overlap(first: Tensor, second: Tensor) -> Tensor:
    """Compute the shared area row by row.

    Args:
        first ((P, 5) float64): rectangles.
        second ((P, 5) float64): their partners.

    Returns:
        (P,) float64: square metres.
    """
    # The middle of the first rectangle is the origin: far away, differences would lose digits.
    centre = second[:, :2] - first[:, :2]
    size, other_size = first[:, 2:4], second[:, 2:4] + 2 * _MARGIN
    origin = torch.zeros_like(centre)
    area = _border(origin, size, first[:, 4], centre, other_size, second[:, 4])
    area = area + _border(centre, other_size, second[:, 4], origin, size, first[:, 4])
    smaller = torch.minimum(first[:, 2:4].prod(1), second[:, 2:4].prod(1))
    return torch.minimum(area.clamp_min(0), smaller)


def _border(
    centre: Tensor, size: Tensor, angle: Tensor,
    other_centre: Tensor, other_size: Tensor, other_angle: Tensor,
) -> Tensor:
    """Integrate along the edges of rectangles, where they are inside others.

    Args:
        centre ((P, 2) float64): of the rectangles with the edges.
        size ((P, 2) float64): length, width.
        angle ((P,) float64): radians.
        other_centre ((P, 2) float64): of the rectangles that limit the edges.
        other_size ((P, 2) float64): length, width.
        other_angle ((P,) float64): radians.

    Returns:
        (P,) float64: half the integral of x dy - y dx.
    """
    corners = _turn(size[:, None] * size.new_tensor(_CORNERS), angle) + centre[:, None]
    edges = corners.roll(-1, dims=1) - corners
    # The line start + t * step between the sides at +-half, along both axes of the other one.
    start = _turn(corners - other_centre[:, None], -other_angle)
    step = _turn(edges, -other_angle)
    half = other_size[:, None] / 2
    is_parallel = step.abs() < 1e-12
    step = step.where(~is_parallel, 1)
    low, high = (-half - start) / step, (half - start) / step
    low, high = torch.minimum(low, high), torch.maximum(low, high)
    is_between = start.abs() <= half
    low = low.where(~is_parallel, torch.where(is_between, 0.0, 2.0).to(low))
    high = high.where(~is_parallel, torch.where(is_between, 1.0, -1.0).to(high))
    enter = low.amax(dim=2).clamp_min(0)
    share = (high.amin(dim=2).clamp_max(1) - enter).clamp_min(0)
    # Along a straight line x dy - y dx is the same everywhere.
    cross = corners[..., 0] * edges[..., 1] - corners[..., 1] * edges[..., 0]
    return (cross * share).sum(dim=1) / 2


def _turn(vectors: Tensor, angle: Tensor) -> Tensor:
    """Rotate counter-clockwise.

    Args:
        vectors ((P, K, 2) float): to turn.
        angle ((P,) float): radians.
    """
    cos, sin = angle.cos()[:, None], angle.sin()[:, None]
    x, y = vectors.unbind(-1)
    return torch.stack([x * cos - y * sin, x * sin + y * cos], dim=-1)
