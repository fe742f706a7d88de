"""Map features of labelled LiDAR points to the plane by t-SNE, coloured by class.

Writes the picture and, beside it, a json with the share of points whose most similar point in
another scan is of the same class, averaged over the classes.

Example:
    python tools/visualization/vis_tsne_points.py \\
        --encoder contrast simple_remedies/benchmarks/minidrive_lp_10cm pp/epoch_2.pth \\
        --encoder CMCR simple_remedies/benchmarks/minidrive_lp_10cm cmcr/epoch_2.pth \\
        --out points.png
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

from mmcrossdistill.apis.point_classes import labelled_features
from mmcrossdistill.visualization.class_map import class_maps
from mmcrossdistill.visualization.image_grid import encode_png


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--encoder', nargs=3, action='append', required=True,
                        metavar=('TITLE', 'PROBE', 'CHECKPOINT'),
                        help='config of a 3D probe and a file with its network; repeat for several')
    parser.add_argument('--out', type=Path, required=True, help='the PNG file')
    parser.add_argument('--data-root', help='overrides the data root')
    parser.add_argument('--scans', type=int, default=8, help='of the validation set')
    parser.add_argument('--per-class', type=int, default=10, help='points of a class and scan')
    parser.add_argument('--seed', type=int, default=0, help='of the points and of t-SNE')
    return parser.parse_args()


def main() -> None:
    """Write the picture and the numbers."""
    args = parse_args()
    found = [labelled_features(*encoder, args.data_root, args.scans, args.per_class, args.seed)
             for encoder in args.encoder]
    encoders, palette = [features for features, _ in found], found[0][1]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(encode_png(class_maps(encoders, palette, args.seed)))
    told = json.dumps({
        'points': len(encoders[0].classes),
        'neighbour_accuracy': {one.title: one.neighbour_accuracy() for one in encoders}}, indent=2)
    args.out.with_suffix('.json').write_text(told + '\n')
    print(told)
    print(args.out)


if __name__ == '__main__':
    main()
