"""Draw the feature maps of several encoders on the same images as colours.

One row per image, one column per encoder; the components of an encoder are fitted on all its images
together, and further encoders are rotated to the colours of the first one.

Example:
    python tools/visualization/vis_pca.py cd/benchmarks/minidrive_seg_lp \\
        --encoder before cd/minidrive_reference work_dirs/demo/reference/epoch_8.pth \\
        --encoder after cd/minidrive_stage2 work_dirs/demo/stage2/epoch_1.pth --out pca.png
    python tools/visualization/vis_pca.py --images day.jpg night.jpg --encoder ... --out pca.png
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.apis import FeatureInferencer
from mmcrossdistill.apis.feature_picture import encoder_picture
from mmcrossdistill.apis.view_dataset import build_views, pick_views
from mmcrossdistill.visualization.image_grid import encode_png


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', nargs='?', help='of a probe: its validation set gives one view '
                                                  'per condition, of one place where it can')
    parser.add_argument('--images', nargs='+', type=Path, help='instead of a config; one size')
    parser.add_argument('--encoder', nargs=3, action='append', required=True,
                        metavar=('TITLE', 'CONFIG', 'CHECKPOINT'), help='repeat for several')
    parser.add_argument('--out', type=Path, required=True, help='the PNG file')
    parser.add_argument('--data-root', help='overrides the data root')
    parser.add_argument('--device', help='e.g. cuda:0; the best one by default')
    args = parser.parse_args()
    if (args.config is None) == (args.images is None):
        parser.error('give either a config or --images')
    return args


def main() -> None:
    """Write the picture."""
    args = parse_args()
    encoders = {title: FeatureInferencer(config, checkpoint, args.device)
                for title, config, checkpoint in args.encoder}
    if args.images:
        images = {path.stem: path for path in args.images}
    else:
        dataset = build_views(args.config, args.data_root)
        images = {condition: next(iter(dataset.get_data_info(row)['images'].values()))['img_path']
                  for condition, row in pick_views(dataset).items()}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(encode_png(encoder_picture(images, encoders)))
    print(args.out)


if __name__ == '__main__':
    main()
