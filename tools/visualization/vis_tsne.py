"""Map images of two conditions to the plane by t-SNE, one map per encoder, with numbers beside it.

Writes the picture and, beside it, a json with the linear separability of the conditions and the
distance of their centroids by encoder.

Example:
    python tools/visualization/vis_tsne.py cd/benchmarks/minidrive_seg_lp \\
        --encoder before cd/minidrive_reference work_dirs/demo/reference/epoch_8.pth \\
        --encoder after cd/minidrive_stage2 work_dirs/demo/stage2/epoch_1.pth --out tsne.png
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

from mmcrossdistill.apis import FeatureInferencer
from mmcrossdistill.apis.conditions import condition_clouds
from mmcrossdistill.apis.view_dataset import build_views
from mmcrossdistill.visualization.image_grid import encode_png
from mmcrossdistill.visualization.tsne import condition_maps


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='of a probe: its validation set gives the images')
    parser.add_argument('--encoder', nargs=3, action='append', required=True,
                        metavar=('TITLE', 'CONFIG', 'CHECKPOINT'), help='repeat for several')
    parser.add_argument('--out', type=Path, required=True, help='the PNG file')
    parser.add_argument('--data-root', help='overrides the data root')
    parser.add_argument('--conditions', nargs=2, default=('day-clear', 'night'))
    parser.add_argument('--num', type=int, default=100, help='images of each condition')
    parser.add_argument('--seed', type=int, default=0, help='of the images and of t-SNE')
    parser.add_argument('--device', help='e.g. cuda:0; the best one by default')
    return parser.parse_args()


def main() -> None:
    """Write the picture and the numbers."""
    args = parse_args()
    encoders = {title: FeatureInferencer(config, checkpoint, args.device)
                for title, config, checkpoint in args.encoder}
    clouds = condition_clouds(build_views(args.config, args.data_root), encoders, args.conditions,
                              args.num, args.seed)
    numbers = [cloud.numbers() for cloud in clouds]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(encode_png(condition_maps(clouds, numbers, seed=args.seed)))
    told = {'conditions': list(args.conditions), 'images': len(clouds[0].conditions), 'encoders': {
        cloud.title: values for cloud, values in zip(clouds, numbers, strict=True)}}
    args.out.with_suffix('.json').write_text(json.dumps(told, indent=2) + '\n')
    print(json.dumps(told, indent=2))
    print(args.out)


if __name__ == '__main__':
    main()
