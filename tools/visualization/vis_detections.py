"""Show the boxes of a detector beside the truth, from above and in the six cameras.

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
from mmcrossdistill.visualization.detection_report import detection_report, load_summary
from mmcrossdistill.visualization.detections import read_submission


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--infos', type=Path, required=True, help='of the split that was tested')
    parser.add_argument('--results', type=Path, required=True, help='the nuScenes submission')
    parser.add_argument('--out', type=Path, required=True, help='the HTML file')
    parser.add_argument('--data-root', type=Path, help="folder of the data set; the infos' own by "
                                                       'default')
    parser.add_argument('--count', type=int, default=3, help='keyframes, of all conditions in turn')
    parser.add_argument('--score', type=float, default=0.3, help='lowest confidence to draw')
    return parser.parse_args()


def main() -> None:
    """Write the page."""
    args = parse_args()
    try:
        html = detection_report(
            read_infos(str(args.infos)), read_submission(args.results),
            args.data_root or args.infos.parent, args.count, args.score,
            load_summary(args.results))
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(f'vis_detections.py: {error}') from error
    write_atomically(args.out, html.encode())
    print(args.out)


if __name__ == '__main__':
    main()
