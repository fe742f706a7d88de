"""Time WaffleIron, forward and backward, with dense and with sparse convolutions.

The clouds are random sectors as one camera sees them: density falls with the distance.
"""
from __future__ import annotations

import argparse
import json
import math
import statistics
import time

import torch

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


def time_step(model: WaffleIron, points: PointBatch) -> float:
    """Measure one forward and backward pass.

    Args:
        model: the encoder.
        points: the batch.

    Returns:
        Milliseconds: of CPU time on the CPU, where other programs then count little.
    """
    clock = time.perf_counter if points.coords.is_cuda else time.process_time
    start = clock()
    model(points).square().mean().backward()
    if points.coords.is_cuda:
        torch.cuda.synchronize()
    return 1e3 * (clock() - start)


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--arch', default='minidrive_tiny', choices=sorted(ARCHS))
    parser.add_argument('--depth', type=int, help='number of layers to time')
    parser.add_argument('--points', type=int, default=3000)
    parser.add_argument('--degrees', type=float, default=70, help='opening angle of the cloud')
    parser.add_argument('--repeats', type=int, default=5, help='after one that warms up')
    parser.add_argument('--device', default='cpu')
    args = parser.parse_args()
    torch.manual_seed(0)
    result = dict(vars(args), threads=torch.get_num_threads())
    model = WaffleIron(args.arch, depth=args.depth).to(args.device)
    points = make_sector(
        args.points, model.point_range[3], model.num_neighbors, args.degrees).to(args.device)
    planes = index_planes(points, model.grids, model.point_range, 'sparse')
    result['cells_per_occupied_cell'] = [
        round(plane.shape[1] * plane.shape[2] / plane.num_slots, 1) for plane in planes]
    times = {convolution: [] for convolution in CONVOLUTIONS}
    for _ in range(args.repeats + 1):
        for convolution in CONVOLUTIONS:
            model.convolution = convolution
            times[convolution].append(time_step(model, points))
    for convolution in CONVOLUTIONS:
        result[f'{convolution}_ms'] = round(statistics.median(times[convolution][1:]), 2)
    result['dense_over_auto'] = round(result['dense_ms'] / result['auto_ms'], 2)
    print(json.dumps(result, indent=2))


if __name__ == '__main__':
    main()
