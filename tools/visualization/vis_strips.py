"""Draw strips by condition: image, what the LiDAR says, and what probes predict at every pixel.

Example:
    python tools/visualization/vis_strips.py depth cd/benchmarks/minidrive_seg_lp \\
        --probe before cd/benchmarks/minidrive_depth_lp work_dirs/demo/depth_before/epoch_10.pth \\
        --probe after cd/benchmarks/minidrive_depth_lp work_dirs/demo/depth_after/epoch_10.pth \\
        --out depth.png
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.apis.probes import FIELDS, load_probe, probe_strips
from mmcrossdistill.apis.view_dataset import build_views, pick_views
from mmcrossdistill.visualization.image_grid import encode_png


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('task', choices=tuple(FIELDS))
    parser.add_argument('config', help='of a segmentation probe: its validation set gives the '
                                       'views, with labels')
    parser.add_argument('--probe', nargs=3, action='append', required=True,
                        metavar=('TITLE', 'CONFIG', 'CHECKPOINT'), help='repeat for several')
    parser.add_argument('--out', type=Path, required=True, help='the PNG file')
    parser.add_argument('--data-root', help='overrides the data root')
    parser.add_argument('--device', help='e.g. cuda:0; the best one by default')
    return parser.parse_args()


def main() -> None:
    """Write the picture."""
    args = parse_args()
    probes = {title: load_probe(config, checkpoint, args.device)
              for title, config, checkpoint in args.probe}
    dataset = build_views(args.config, args.data_root)
    figure = probe_strips(dataset, pick_views(dataset), probes, args.task)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(encode_png(figure))
    print(args.out)


if __name__ == '__main__':
    main()
