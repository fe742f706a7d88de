"""Draw what resembles a point: the pixels of an image and the other points on it.

One column per keyframe: the image with the query point in red, the similarity of every pixel to the
point, and that of every point (SLidR's Figure 3). The query is the point seen nearest to --pixel.
With several --stages, a column for each: OLIVINE's point-pixel and semantic heads (its Figure 7).

Examples:
    python tools/visualization/vis_similarity.py slidr/minidrive_slidr \\
        work_dirs/minidrive_slidr/epoch_2.pth --rows 0 100 --out similarity.png
    python tools/visualization/vis_similarity.py slidr/slidr_minkunet34 epoch_50.pth \\
        --data-root data/nuscenes --rows 7 --view CAM_FRONT_LEFT --pixel 800 500 --out truck.png
    python tools/visualization/vis_similarity.py olivine/minidrive_olivine \\
        work_dirs/minidrive_olivine/epoch_2.pth --stages projector semantic --out heads.png
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.apis import FeatureInferencer
from mmcrossdistill.apis.feature_inferencer import STAGES
from mmcrossdistill.apis.similarity_picture import find_query, similarity_picture
from mmcrossdistill.apis.view_dataset import build_keyframes
from mmcrossdistill.visualization.image_grid import encode_png


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='of a distiller: both modalities in one space')
    parser.add_argument('checkpoint', help='that its training wrote')
    parser.add_argument('--data', help='config with the data set; by default the first one')
    parser.add_argument('--data-root', help='overrides the data root')
    parser.add_argument('--ann-file', help='overrides the info file')
    parser.add_argument('--split', help='overrides the split')
    parser.add_argument('--rows', type=int, nargs='+', default=[0], help='keyframes, a column each')
    parser.add_argument('--view', default='CAM_FRONT')
    parser.add_argument('--pixel', type=float, nargs=2, metavar=('U', 'V'),
                        help='where the query is, pixels of the image file; its centre by default')
    parser.add_argument('--stages', nargs='+', choices=tuple(STAGES), default=['projector'],
                        help='features that are compared')
    parser.add_argument('--out', type=Path, required=True, help='the PNG file')
    parser.add_argument('--device', help='e.g. cuda:0; the best one by default')
    return parser.parse_args()


def main() -> None:
    """Write the picture."""
    args = parse_args()
    dataset = build_keyframes(
        args.data or args.config, args.data_root, args.ann_file, args.split)
    inferencer = FeatureInferencer(args.config, args.checkpoint, args.device)
    columns = []
    for row in args.rows:
        info = dataset.get_data_info(row)
        for stage in args.stages:
            features = inferencer(info, stage=stage)['predictions'][0]
            query = find_query(features, info['view_names'].index(args.view), args.pixel)
            words = [info['scene_name'], args.view, *([stage] if len(args.stages) > 1 else ())]
            columns.append((', '.join(words), features, query))
        print(f'keyframe {row}: point {query.point} at pixel '
              f'({query.uv[0]:.0f}, {query.uv[1]:.0f})')
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(encode_png(similarity_picture(columns)))
    print(args.out)


if __name__ == '__main__':
    main()
