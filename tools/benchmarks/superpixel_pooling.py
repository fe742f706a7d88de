"""Time the pooling of superpixels against one-hot matrices, as the published code has them.

One keyframe of SLidR: six images of 224x416 with 150 superpixels each, maps of 56x104 cells and 64
channels (ResNet-50 with stride 4), 20 000 pairs. Both ways are checked to give the same means and
gradients before they are timed. Times are CPU time on the CPU.

Example:
    OMP_NUM_THREADS=1 python tools/benchmarks/superpixel_pooling.py --out pooling.json
"""
from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from measure import add_measure_arguments, median_ms, peak_extra_mb, print_report
from torch import Tensor

from mmcrossdistill.models.poolers import SuperpixelPooler
from mmcrossdistill.structures import Correspondence, Regions

IMAGE_SIZE = (224, 416)
Pooled = tuple[Tensor, Tensor]


def make_regions(views: int, superpixels: int, pairs: int, points: int,
                 ) -> tuple[Regions, Correspondence]:
    """Cut images into the cells of random centres, and put pairs on them.

    Args:
        views: images.
        superpixels: of each image.
        pairs: of all images.
        points: rows that pairs point at.
    """
    size = torch.tensor(IMAGE_SIZE, dtype=torch.float32)
    pixels = torch.stack(torch.meshgrid(
        *(torch.arange(length) for length in IMAGE_SIZE), indexing='ij'), dim=-1).view(-1, 2)
    maps = torch.stack([
        torch.cdist(pixels.float(), torch.rand(superpixels, 2) * size).argmin(1)
        for _ in range(views)]).view(views, *IMAGE_SIZE)
    corr = Correspondence(
        torch.randint(points, (pairs,)), torch.randint(views, (pairs,)),
        torch.rand(pairs, 2) * size.flip(0))
    return Regions.build(maps, corr)


def one_hot(maps: Tensor, rows: Tensor, corr: Correspondence, regions: Regions) -> Pooled:
    """Upsample, normalise and multiply by sparse one-hot matrices.

    Args:
        maps ((B, C, h, w) float): of all images.
        rows ((N, C) float): of all points.
        corr: pairs.
        regions: S regions.

    Returns:
        (S, C) float: means of the pixels and of the points.
    """
    large = F.interpolate(maps, IMAGE_SIZE, mode='bilinear', align_corners=True)
    pixels = F.normalize(large, dim=1).permute(0, 2, 3, 1).flatten(0, 2)
    points = F.normalize(rows, dim=1)[corr.point_idx]
    means = []
    for feats, group in ((pixels, regions.row.flatten().long()), (points, corr.region_id)):
        where = torch.stack([group, torch.arange(len(group), device=group.device)])
        matrix = torch.sparse_coo_tensor(
            where, torch.ones(len(group), device=group.device),
            (regions.num_rows + 1, len(group)))
        counts = torch.sparse.sum(matrix, 1).to_dense()[:-1, None]
        means.append((matrix @ feats)[:-1] / (counts + 1e-6))
    return means[0], means[1]


def pooled(maps: Tensor, rows: Tensor, corr: Correspondence, regions: Regions) -> Pooled:
    """The toolbox's way; arguments as :func:`one_hot`."""
    found = SuperpixelPooler()(maps, rows, corr, regions)
    return found.feat_2d, found.feat_3d


def main() -> None:
    """Run the benchmark, print json and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--views', type=int, default=6)
    parser.add_argument('--superpixels', type=int, default=150)
    parser.add_argument('--channels', type=int, default=64)
    parser.add_argument('--stride', type=int, default=4, help='pixels per cell')
    parser.add_argument('--pairs', type=int, default=20000)
    add_measure_arguments(parser)
    args = parser.parse_args()
    warnings.filterwarnings('ignore', message='Sparse invariant checks')
    torch.manual_seed(0)
    regions, corr = make_regions(args.views, args.superpixels, args.pairs, 20000)
    regions, corr = regions.to(args.device), corr.to(args.device)
    maps = torch.randn(
        args.views, args.channels, *(length // args.stride for length in IMAGE_SIZE),
        device=args.device, requires_grad=True)
    rows = torch.randn(20000, args.channels, device=args.device, requires_grad=True)
    ways = dict(pooled=pooled, one_hot=one_hot)

    def forward(way: Callable[..., Pooled]) -> None:
        with torch.no_grad():
            way(maps, rows, corr, regions)

    def both(way: Callable[..., Pooled]) -> tuple[Tensor, ...]:
        maps.grad = rows.grad = None
        means = way(maps, rows, corr, regions)
        sum((mean * mean.detach().roll(1, 0)).sum() for mean in means).backward()
        return (*(mean.detach() for mean in means), maps.grad, rows.grad)

    ours, theirs = (both(way) for way in ways.values())
    for one, other in zip(ours[:2], theirs[:2], strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=2e-6)
    for one, other in zip(ours[2:], theirs[2:], strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-6)
    del ours, theirs
    on_gpu = args.device != 'cpu'
    calls = {f'{name}_{passes}': partial(call, way) for name, way in ways.items()
             for passes, call in (('forward', forward), ('forward_backward', both))}
    times = median_ms(calls, args.repeats, on_gpu)
    peaks = {name: peak_extra_mb(call, on_gpu) for name, call in calls.items()}
    report = dict(
        regions=regions.num_rows,
        ms={name: round(value, 1) for name, value in times.items()},
        peak_mb={name: round(value, 1) for name, value in peaks.items()},
        **{f'{what}_one_hot_over_pooled': {
            passes: round(numbers[f'one_hot_{passes}'] / numbers[f'pooled_{passes}'], 2)
            for passes in ('forward', 'forward_backward')}
           for what, numbers in (('ms', times), ('peak_mb', peaks))})
    print_report(report, args.device, args.out)


if __name__ == '__main__':
    main()
