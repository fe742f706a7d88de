"""Time WaffleIron, forward and backward: its embedding, and its blocks by kind of convolution.

The clouds are random sectors as one camera sees them: density falls with the distance.
"""
from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from functools import partial

import torch
from measure import add_measure_arguments, median_ms, print_report
from torch import Tensor

from mmcrossdistill.models.backbones.waffleiron import ARCHS, WaffleIron
from mmcrossdistill.models.backbones.waffleiron_planes import CONVOLUTIONS, index_planes
from mmcrossdistill.structures.point_batch import PointBatch


def make_sector(num_points: int, reach: float, num_neighbors: int, degrees: float) -> PointBatch:
    """Draw one cloud.

    Args:
        num_points: N.
        reach: greatest distance, metres.
        num_neighbors: K; random rows serve, their cost is that of true ones.
        degrees: opening angle.

    Returns:
        A batch of one cloud.
    """
    distance = 3 + (reach - 4) * torch.rand(num_points) ** 2
    angle = (torch.rand(num_points) - 0.5) * math.radians(degrees)
    height = -1.5 + 5 * torch.rand(num_points) ** 3
    coords = torch.stack([distance * angle.cos(), distance * angle.sin(), height], dim=1)
    feats = torch.cat(
        [torch.rand(num_points, 1), coords, coords.norm(dim=1, keepdim=True)], dim=1)
    neighbors = torch.randint(num_points, (num_points, num_neighbors))
    return PointBatch(
        coords, feats, torch.zeros(num_points, dtype=torch.int64), neighbors, 1)


def run_blocks(model: WaffleIron, points: PointBatch, convolution: str) -> Tensor:
    """Run everything behind the embedding.

    Args:
        model: the encoder.
        points: the batch.
        convolution: ``'dense'``, ``'sparse'`` or ``'auto'``.

    Returns:
        (N, C) float: features.
    """
    planes = index_planes(points, model.grids, model.point_range, convolution)
    tokens = torch.ones(len(points), model.embed_dims, device=points.coords.device)
    for depth in range(model.depth):
        tokens = model.waffleiron.layer(depth, tokens, planes, points.batch_idx)
    return tokens


def run_both_ways(call: Callable[[], Tensor]) -> None:
    """Run a forward and a backward pass.

    Args:
        call: gives features.
    """
    call().square().mean().backward()


def main() -> None:
    """Run the benchmark, print json and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--arch', default='minidrive_tiny', choices=sorted(ARCHS))
    parser.add_argument('--depth', type=int, help='number of layers to time')
    parser.add_argument('--points', type=int, default=3000)
    parser.add_argument('--degrees', type=float, default=70, help='opening angle of the cloud')
    add_measure_arguments(parser)
    args = parser.parse_args()
    torch.manual_seed(0)
    result = dict(
        arch=args.arch, depth=args.depth, points=args.points, degrees=args.degrees)
    model = WaffleIron(args.arch, depth=args.depth).to(args.device)
    points = make_sector(
        args.points, model.point_range[3], model.num_neighbors, args.degrees).to(args.device)
    planes = index_planes(points, model.grids, model.point_range, 'sparse')
    result['cells_per_occupied_cell'] = [
        round(plane.shape[1] * plane.shape[2] / plane.num_slots, 1) for plane in planes]
    calls = {'embedding': lambda: model.embed(points.feats, points.neighbors)}
    for convolution in CONVOLUTIONS:
        calls[convolution] = partial(run_blocks, model, points, convolution)
    times = median_ms(
        {name: partial(run_both_ways, call) for name, call in calls.items()}, args.repeats,
        args.device != 'cpu')
    for name, value in times.items():
        result[f'{name}_ms'] = round(value, 2)
    result['dense_over_auto'] = round(result['dense_ms'] / result['auto_ms'], 2)
    print_report(result, args.device, args.out)


if __name__ == '__main__':
    main()
