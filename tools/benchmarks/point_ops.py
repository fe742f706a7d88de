"""Time the operations on points that stand in for mmcv's CUDA kernels on the CPU.

The sizes are those of PointRCNN and PV-RCNN on KITTI. Ball query is timed against the matrix of all
distances, with which it is checked to agree first. Times are CPU time.

Example:
    OMP_NUM_THREADS=1 python tools/benchmarks/point_ops.py --out point_ops.json
"""
from __future__ import annotations

import argparse
from pathlib import Path

import torch
from measure import median_ms, print_report
from torch import Tensor

from mmcrossdistill.models.layers.point_ops import (
    pool_points_in_boxes,
    query_ball,
    sample_furthest_points,
)


def query_all_distances(points: Tensor, centers: Tensor, radius: float, count: int) -> Tensor:
    """Find the first points in range by the matrix of all squared distances.

    Args:
        points ((N, 3) float): metres.
        centers ((M, 3) float): metres.
        radius: metres.
        count: K.

    Returns:
        (M, K) int64: rows; the first one fills the rest, zeros where there is none.
    """
    squared = sum((centers[:, None, axis] - points[:, axis]).square_() for axis in range(3))
    in_range = squared < radius ** 2
    number = len(points)
    rows = torch.arange(number).where(in_range, number).topk(
        count, dim=1, largest=False, sorted=True).values
    rows = rows.where(rows < number, rows[:, :1])
    return rows.where(rows < number, 0)


def make_cloud(count: int) -> Tensor:
    """Draw points as dense near the sensor as a LiDAR's.

    Args:
        count: of points.

    Returns:
        (count, 3) float32: metres.
    """
    generator = torch.Generator().manual_seed(0)
    draw = torch.rand(count, 3, generator=generator)
    distance, angle = 3 + 65 * draw[:, 0] ** 3, (draw[:, 1] - 0.5) * torch.pi / 2
    return torch.stack(
        [distance * angle.cos(), distance * angle.sin(), 3 * draw[:, 2] - 2], dim=1)


def main() -> None:
    """Run the benchmark, print json and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--points', type=int, default=16384, help='of the cloud')
    parser.add_argument('--boxes', type=int, default=128)
    parser.add_argument('--repeats', type=int, default=5, help='after one that warms up')
    parser.add_argument('--out', type=Path, help='json file')
    args = parser.parse_args()
    cloud = make_cloud(args.points)
    quarter, eighth = args.points // 4, args.points // 8
    centers = cloud[sample_furthest_points(cloud[None], quarter)[0]]
    boxes = torch.cat([
        centers[:args.boxes] - torch.tensor([0.0, 0.0, 0.8]),
        torch.tensor([[3.9, 1.6, 1.6, 0.3]]).expand(args.boxes, 4)], dim=1)
    grid = (boxes[:, None, :3] + torch.rand(args.boxes, 6 ** 3, 3) * 2).flatten(0, 1)
    assert torch.equal(
        query_ball(cloud, centers, 0.5, 32)[0], query_all_distances(cloud, centers, 0.5, 32)
    ), 'the two ball queries disagree'
    feats = torch.zeros(1, args.points, 130)
    calls = dict(
        furthest_points_an_eighth=lambda: sample_furthest_points(cloud[None], eighth),
        furthest_points_a_quarter=lambda: sample_furthest_points(cloud[None], quarter),
        ball_query=lambda: query_ball(cloud, centers, 0.5, 32),
        ball_query_all_distances=lambda: query_all_distances(cloud, centers, 0.5, 32),
        ball_query_of_box_grids=lambda: query_ball(centers[:eighth], grid, 1.6, 16),
        pool_points_in_boxes=lambda: pool_points_in_boxes(cloud[None], feats, boxes[None], 512))
    times = median_ms(calls, args.repeats)
    print_report(dict(
        points=args.points, centers=quarter, keypoints=eighth, boxes=args.boxes,
        box_grid=len(grid), ms={name: round(value, 1) for name, value in times.items()},
        ball_query_ratio=round(times['ball_query_all_distances'] / times['ball_query'], 1)),
        'cpu', args.out)


if __name__ == '__main__':
    main()
