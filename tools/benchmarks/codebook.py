"""Time the codebook's lookup and update against straightforward statements of CMCR's equations.

One training step of CMCR on one scene: all cells of six maps and all voxels look for their codes,
and 2048 pairs move the codebook. The straightforward lookup makes all distances and takes the
minima; the straightforward update loops over the codes. Both ways are checked to agree before they
are timed. Times are CPU time on the CPU.

Example:
    OMP_NUM_THREADS=1 python tools/benchmarks/codebook.py --out codebook.json
"""
from __future__ import annotations

import argparse

import torch
import torch.nn.functional as F
from measure import add_measure_arguments, median_ms, peak_extra_mb, print_report
from torch import Tensor

from mmcrossdistill.models.layers.codebook import Codebook, nearest_codes


def all_distances(rows: Tensor, codes: Tensor) -> Tensor:
    """Find the nearest codes by the matrix of all squared distances.

    Args:
        rows ((N, C) float): features.
        codes ((V, C) float): codes.

    Returns:
        (N,) int64.
    """
    squares = rows.square().sum(1, keepdim=True) - 2 * rows @ codes.T + codes.square().sum(1)
    return squares.argmin(dim=1)


def loop_over_codes(codebook: Codebook, sides: list[tuple[Tensor, Tensor]]) -> None:
    """Move the codes one by one; arguments as those of :meth:`Codebook.update`, in a list.

    Args:
        codebook: changed in place.
        sides: features and codes of both modalities.
    """
    keep = codebook.decay
    for code in range(len(codebook.codes)):
        new = [rows[index == code] for rows, index in sides]
        codebook.sums[code] = keep * codebook.sums[code] + (1 - keep) * sum(
            rows.sum(0) for rows in new)
        for modality, rows in enumerate(new):
            count = codebook.counts[modality, code]
            codebook.counts[modality, code] = keep * count + (1 - keep) * len(rows)
        if any(len(rows) for rows in new):
            codebook.codes[code] = codebook.sums[code] / codebook.counts[:, code].sum()


def main() -> None:
    """Run the benchmark, print json and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rows', type=int, default=6 * 56 * 104 + 20000,
                        help='features that look for their codes: cells of six images and voxels')
    parser.add_argument('--pairs', type=int, default=2048)
    parser.add_argument('--codes', type=int, nargs='+', default=[128, 512, 2048])
    parser.add_argument('--channels', type=int, default=64)
    add_measure_arguments(parser)
    args = parser.parse_args()
    torch.manual_seed(0)
    on_gpu = args.device != 'cpu'
    rows = F.normalize(torch.randn(args.rows, args.channels, device=args.device), dim=1)
    reports = []
    for num_codes in args.codes:
        ours, theirs = (Codebook(num_codes, args.channels).to(args.device) for _ in range(2))
        theirs.load_state_dict(ours.state_dict())
        codes = ours.codes * torch.rand(num_codes, 1, device=args.device)
        found, wanted = nearest_codes(rows, codes), all_distances(rows, codes)
        # Where two codes are equally near up to rounding, either is right.
        gap = (rows - codes[found]).norm(dim=1) - (rows - codes[wanted]).norm(dim=1)
        assert gap.abs().max() < 1e-5, f'codes are farther than the nearest by {gap.max()}'
        sides = [(part, ours.assign(part)) for part in (
            rows[:args.pairs], rows[args.pairs:2 * args.pairs])]
        for _ in range(2):
            ours.update(*sides)
            loop_over_codes(theirs, sides)
        for name in ('codes', 'sums', 'counts'):
            torch.testing.assert_close(
                getattr(ours, name), getattr(theirs, name), rtol=1e-4, atol=1e-6)
        calls = dict(
            lookup=lambda codes=codes: nearest_codes(rows, codes),
            lookup_all_distances=lambda codes=codes: all_distances(rows, codes),
            update=lambda book=ours, sides=sides: book.update(*sides),
            update_loop=lambda book=theirs, sides=sides: loop_over_codes(book, sides))
        times = median_ms(calls, args.repeats, on_gpu)
        peaks = {name: peak_extra_mb(call, on_gpu) for name, call in calls.items()}
        reports.append(dict(
            codes=num_codes, ms={name: round(value, 2) for name, value in times.items()},
            peak_mb={name: round(value, 1) for name, value in peaks.items()},
            lookup_ratio=round(times['lookup_all_distances'] / times['lookup'], 2),
            update_ratio=round(times['update_loop'] / times['update'], 1)))
    report = dict(
        rows=args.rows, pairs=args.pairs, channels=args.channels, sizes=reports)
    print_report(report, args.device, args.out)


if __name__ == '__main__':
    main()
