"""Show the boxes of detectors beside the truth, from above and in the six cameras.

Several submissions for the same keyframes stand below each other.

Example:
    python tools/test.py configs/detection/minidrive_centerpoint_random.py CHECKPOINT \\
        --predictions work_dirs/boxes
    python tools/visualization/vis_detections.py --infos data/minidrive/nuscenes_infos_val.pkl \\
        --results work_dirs/boxes/pred_instances_3d/results_nusc.json --out boxes.html
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.datasets.info_reading import read_infos
from mmcrossdistill.utils.atomic_file import write_atomically
from mmcrossdistill.utils.file_titles import name_files
from mmcrossdistill.visualization.detection_report import detection_report, load_summary
from mmcrossdistill.visualization.detections import read_submission


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--infos', type=Path, required=True, help='of the split that was tested')
    parser.add_argument('--results', type=Path, nargs='+', required=True,
                        help='nuScenes submissions')
    parser.add_argument('--titles', nargs='+', help='of the submissions; their folders by default')
    parser.add_argument('--out', type=Path, required=True, help='the HTML file')
    parser.add_argument('--data-root', type=Path, help="folder of the data set; the infos' own by "
                                                       'default')
    parser.add_argument('--count', type=int, default=3, help='keyframes, of all conditions in turn')
    parser.add_argument('--score', type=float, default=0.3, help='lowest confidence to draw')
    args = parser.parse_args()
    args.results = name_files(parser, args.results, args.titles)
    return args


def main() -> None:
    """Write the page."""
    args = parse_args()
    try:
        summaries = {title: load_summary(path) for title, path in args.results.items()}
        html = detection_report(
            read_infos(str(args.infos)),
            {title: read_submission(path) for title, path in args.results.items()},
            args.data_root or args.infos.parent, args.count, args.score,
            {title: summary for title, summary in summaries.items() if summary is not None})
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(f'vis_detections.py: {error}') from error
    write_atomically(args.out, html.encode())
    print(args.out)


if __name__ == '__main__':
    main()
