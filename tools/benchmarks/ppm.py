"""Time positive pair mining: milliseconds of one core for each pair of a keyframe and a sweep.

Example:
    OMP_NUM_THREADS=1 python tools/benchmarks/ppm.py --root data/minidrive --num 4
"""
from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
from measure import print_report, time_ms

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.preprocessing.ppm import command
from mmcrossdistill.preprocessing.ppm.mining import make_ground_finder, mine


def main() -> None:
    """Run the benchmark and print json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', type=Path, required=True, help='data root with LiDAR sweeps')
    parser.add_argument('--ann-file', default='nuscenes_infos_train.pkl')
    parser.add_argument('--num', type=int, default=4, help='keyframes, spread over the data set')
    parser.add_argument('--out', type=Path, help='json file')
    command.add_setting_arguments(parser)
    args = parser.parse_args()
    settings = command.settings_of(args)
    dataset = PairedImageLidarDataset(args.ann_file, str(args.root), with_sweeps=True)
    keyframes = [info for info in dataset if command.near_sweeps(info, settings.max_gap)]
    totals = dict(load=0.0, ground=0.0, mine=0.0)
    pairs = points = moving = 0
    for index in np.linspace(0, len(keyframes) - 1, min(args.num, len(keyframes))).astype(int):
        info = keyframes[index]
        sweeps = command.near_sweeps(info, settings.max_gap)
        elapsed, scans = time_ms(partial(command.load_scans, info, sweeps))
        totals['load'] += elapsed
        find_ground = make_ground_finder(settings)
        for scan in scans:
            totals['ground'] += time_ms(partial(find_ground, scan.points))[0]
        lidar2ego = np.asarray(info['lidar_points']['lidar2ego'])
        elapsed, records = time_ms(partial(mine, scans, lidar2ego, settings))
        totals['mine'] += elapsed
        pairs += len(sweeps)
        points += sum(len(scan.points) for scan in scans)
        moving += len(records[0].transforms)
    keyframes_done = min(args.num, len(keyframes))
    print_report(dict(
        pairs=pairs, points_per_scan=round(points / (pairs + keyframes_done)),
        moving_clusters_per_keyframe=moving / keyframes_done,
        ms_per_pair={name: round(total / pairs, 1) for name, total in totals.items()},
        ground_is_part_of='mine'), 'cpu', args.out)


if __name__ == '__main__':
    main()
