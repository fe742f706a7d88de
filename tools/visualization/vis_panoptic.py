"""Write a page with the classes, objects and errors of a panoptic segmentor in some scans.

Several checkpoints of the same network stand below each other.

Example:
    python tools/visualization/vis_panoptic.py panoptic/minidrive_ft5_random \\
        work_dirs/minidrive_ft5_random/epoch_60.pth --out panoptic.html
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.apis.panoptic_report import panoptic_report
from mmcrossdistill.utils.atomic_file import write_atomically
from mmcrossdistill.utils.file_titles import name_files


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='path or name of the config')
    parser.add_argument('checkpoints', nargs='+', metavar='checkpoint',
                        help='that its training wrote')
    parser.add_argument('--titles', nargs='+', help='of the checkpoints; their folders by default')
    parser.add_argument('--out', type=Path, required=True, help='the HTML file')
    parser.add_argument('--data-root', help='overrides the data root')
    parser.add_argument('--scans', type=int, default=3, help='evenly spread over the test set')
    parser.add_argument('--no-cameras', action='store_true', help='from above only')
    parser.add_argument('--device', help='e.g. cuda:0; the best one by default')
    args = parser.parse_args()
    args.checkpoints = name_files(parser, args.checkpoints, args.titles)
    return args


def main() -> None:
    """Write the page."""
    args = parse_args()
    try:
        page = panoptic_report(args.config, args.checkpoints, args.data_root, args.scans,
                               not args.no_cameras, args.device)
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(f'vis_panoptic.py: {error}') from error
    write_atomically(args.out, page.encode())
    print(args.out)


if __name__ == '__main__':
    main()
