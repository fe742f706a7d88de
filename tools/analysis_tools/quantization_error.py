"""Measure how far points are from the corner and the centre of their voxels.

Simple Remedies argues with the distance to the lower corner. For points that are uniform in
Cartesian voxels it is 0.9606 times the side (96.06 mm at 10 cm, 48.03 mm at 5 cm), to the centre
half of that.

Example:
    python tools/analysis_tools/quantization_error.py --points a.pcd.bin b.pcd.bin \\
        --coords cylindrical --json --plot error.png
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

from mmcrossdistill.evaluation.quantization_error import (
    CUBE_CENTRE,
    CUBE_CORNER,
    OWN_VEHICLE,
    drop_near,
    list_clouds,
    measure_distances,
    read_coords,
    summarise,
)
from mmcrossdistill.models.data_preprocessors import Voxelizer
from mmcrossdistill.utils.atomic_file import write_atomically
from mmcrossdistill.visualization.quantization_chart import bin_name, quantization_chart


def main() -> None:
    """Read the command line, measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--points', nargs='+', type=Path, required=True, metavar='FILE',
                        help='.pcd.bin (5 values a point), .bin (4) or .npy, or a folder of them')
    parser.add_argument('--num-pts-feats', type=int, help='values per point of binary files')
    parser.add_argument('--voxel-size', type=float, default=0.1,
                        help='metres; the angle of cylindrical voxels is 1 degree')
    parser.add_argument('--coords', choices=('cartesian', 'cylindrical'), default='cartesian')
    parser.add_argument('--min-range', type=float,
                        help='leave out nearer points, metres: returns of the own vehicle always '
                             'lie at the same places of their voxels (default: '
                             f'{OWN_VEHICLE:g}, or 0 for a cloud without farther points)')
    parser.add_argument('--json', action='store_true', help='print one JSON object per file')
    parser.add_argument('--out', type=Path, help='write the JSON objects to this file, as a list')
    parser.add_argument('--plot', type=Path, help='picture of the error by range')
    args = parser.parse_args()
    try:
        voxelizer = Voxelizer(args.voxel_size, args.coords)
        results = [_measure(path, voxelizer, args) for path in list_clouds(args.points)]
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(f'quantization_error.py: {error}') from error
    for result in results:
        print(json.dumps(result) if args.json else _describe(result))
    if args.out is not None:
        write_atomically(args.out, (json.dumps(results, indent=1) + '\n').encode())
    if args.plot is not None:
        cube = args.coords == 'cartesian'
        theory = tuple(1000 * args.voxel_size * share for share in (CUBE_CORNER, CUBE_CENTRE))
        title = f'{args.coords} voxels of {100 * args.voxel_size:g} cm'
        args.plot.parent.mkdir(parents=True, exist_ok=True)
        quantization_chart(results, title, theory if cube else None).savefig(args.plot, dpi=150)


def _measure(path: Path, voxelizer: Voxelizer, args: argparse.Namespace) -> dict:
    """Measure one file."""
    coords, min_range = drop_near(read_coords(path, args.num_pts_feats), args.min_range)
    if not len(coords):
        raise ValueError(f'{path} has no points beyond --min-range {args.min_range}')
    return dict(file=path.name, voxel_size=args.voxel_size, coords=args.coords,
                min_range_m=min_range, **summarise(measure_distances(coords, voxelizer)))


def _describe(result: dict) -> str:
    """Write a result as a small table."""
    lines = [
        f'{result["file"]}: {result["num_points"]} points beyond {result["min_range_m"]:g} m in '
        f'{result["num_voxels"]} voxels',
        '    range m      points   corner mm   centre mm']
    rows = [(bin_name(entry), entry) for entry in result['by_range']]
    rows += [('all points', result),
             ('all voxels', dict(result['per_voxel'], num_points=result['num_voxels']))]
    lines += [f'    {name:<11}{entry["num_points"]:>8}{entry["corner_mm"]:>12.2f}'
              f'{entry["center_mm"]:>12.2f}' for name, entry in rows]
    return '\n'.join(lines)


if __name__ == '__main__':
    main()
