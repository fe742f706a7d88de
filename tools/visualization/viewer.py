"""Show keyframes in the browser: cloud, cameras, pairs, and what resembles the clicked place.

Example:
    python tools/visualization/viewer.py cd/minidrive_stage2 work_dirs/demo/stage2/epoch_1.pth \\
        --data cd/benchmarks/minidrive_seg_lp
then open the printed address; from another machine, by ssh -L 8080:localhost:8080 HOST.
"""
from __future__ import annotations

import argparse

from mmcrossdistill.apis import FeatureInferencer
from mmcrossdistill.apis.view_dataset import build_keyframes
from mmcrossdistill.visualization.places import spread
from mmcrossdistill.visualization.viewer import FeatureViewer


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
    parser.add_argument('--num', type=int, default=6, help='keyframes, spread over the data set')
    parser.add_argument('--host', default='127.0.0.1', help='0.0.0.0 shows it to other machines')
    parser.add_argument('--port', type=int, default=8080)
    parser.add_argument('--device', help='e.g. cuda:0; the best one by default')
    return parser.parse_args()


def main() -> None:
    """Serve the page until interrupted."""
    args = parse_args()
    dataset = build_keyframes(
        args.data or args.config, args.data_root, args.ann_file, args.split)
    rows = spread(range(len(dataset)), args.num)
    infos = [dataset.get_data_info(row) for row in rows]
    inferencer = FeatureInferencer(args.config, args.checkpoint, args.device)
    titles = [f'{row}: {info["scene_name"]}, {info["condition"]}'
              for row, info in zip(rows, infos, strict=True)]
    viewer = FeatureViewer(inferencer(infos)['predictions'], titles, args.host, args.port)
    print(f'{viewer.address}   (Ctrl+C ends it)', flush=True)
    try:
        viewer.server.sleep_forever()
    except KeyboardInterrupt:
        viewer.server.stop()


if __name__ == '__main__':
    main()
