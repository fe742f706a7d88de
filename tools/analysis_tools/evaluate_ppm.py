"""Measure the records of positive pair mining against annotated boxes (MiniDrive, nuScenes).

Prints, as json: the share of moving clusters whose transform is within 5 cm and 1 degree, the share
of standing points that stay exactly where they are, and the mean distance in the images between
where moving points are put and where they belong, with the ego motion alone and with the records.
Points of moving objects that PPM did not find count there too; those whose pairs it drops do not.

Example:
    python tools/analysis_tools/evaluate_ppm.py --root data/minidrive \\
        --records data/minidrive/ppm --pictures ppm_pictures
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from mmengine.utils import track_iter_progress

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.evaluation.ppm_evaluation import ObjectTracks, PpmEvaluation
from mmcrossdistill.preprocessing.nuscenes_tables import find_version, read_tables
from mmcrossdistill.preprocessing.ppm.command import load_scans
from mmcrossdistill.preprocessing.ppm.mining import Scan
from mmcrossdistill.preprocessing.ppm.records import (
    Record,
    list_records,
    read_record,
    record_path,
)
from mmcrossdistill.visualization.moved_points import draw_moved_points


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', type=Path, required=True, help='data root')
    parser.add_argument('--records', type=Path, required=True, help='written by ppm.py')
    parser.add_argument('--ann-file', default='nuscenes_infos_train.pkl')
    parser.add_argument('--version', help='folder of the tables (default: the only one there is)')
    parser.add_argument('--num', type=int, help='keyframes, spread out (default: all)')
    parser.add_argument('--min-points', type=int, default=30, help='of a compared cluster')
    parser.add_argument('--out', type=Path, help='json file')
    parser.add_argument('--pictures', type=Path,
                        help='folder: moving points before (red) and after (green) the alignment')
    return parser.parse_args()


def write_pictures(folder: Path, info: dict[str, Any], scan: Scan, record: Record) -> None:
    """Draw the moving points of a sweep into the cameras that see them.

    Args:
        folder: of the pictures.
        info: keyframe.
        scan: of the sweep.
        record: of the sweep.
    """
    xyz = scan.points[:, :3] @ scan.to_key[:3, :3].T + scan.to_key[:3, 3]
    rows = np.flatnonzero(record.cluster)
    for view, image in info['images'].items():
        picture = draw_moved_points(
            cv2.imread(image['img_path']), xyz[rows], record.apply(xyz)[rows],
            np.asarray(image['cam2img']) @ np.asarray(image['lidar2cam'])[:3])
        if picture is not None:
            cv2.imwrite(str(folder / f"{info['token']}_{view}_{scan.time:+.2f}s.jpg"), picture)


def main() -> None:
    """Evaluate and print."""
    args = parse_args()
    dataset = PairedImageLidarDataset(args.ann_file, str(args.root), with_sweeps=True)
    tracks = ObjectTracks(read_tables(args.root, find_version(args.root, args.version)))
    evaluation = PpmEvaluation(args.min_points)
    if args.pictures:
        args.pictures.mkdir(parents=True, exist_ok=True)
    known = [index for index in range(len(dataset))
             if record_path(args.records, dataset.get_data_info(index)['token']).is_file()]
    if not known:
        raise SystemExit(f'{args.records} has no record of {args.ann_file}; run ppm.py first')
    count = min(args.num or len(known), len(known))
    for position in track_iter_progress(
            np.linspace(0, len(known) - 1, count).astype(int).tolist()):
        info = dataset.get_data_info(known[position])
        path = record_path(args.records, info['token'])
        tokens = set(list_records(path))
        sweeps = [sweep for sweep in info['lidar_sweeps'] if sweep['sample_data_token'] in tokens]
        key2global = np.asarray(info['ego2global']) @ np.asarray(info['lidar_points']['lidar2ego'])
        then = tracks.at(info['timestamp'])
        for sweep, scan in zip(sweeps, load_scans(info, sweeps)[1:], strict=True):
            record = read_record(path, sweep['sample_data_token'])
            evaluation.add(
                scan.points, scan.to_key, record, key2global,
                (tracks.at(sweep['timestamp']), then), scan.time, list(info['images'].values()))
            if args.pictures and sweep is sweeps[0]:
                write_pictures(args.pictures, info, scan, record)
    text = json.dumps(evaluation.summary(), indent=1)
    print(f'\n{text}')
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(text + '\n')


if __name__ == '__main__':
    main()
