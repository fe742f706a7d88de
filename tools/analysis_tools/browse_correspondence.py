"""Write pictures of the point-pixel pairs of a config, before and after augmentation.

Every picture has one row per view: left the pairs as CorrespondencePipeline made them, right those
that reach the model, coloured by depth (near red, far blue) or by label.

Example:
    python tools/analysis_tools/browse_correspondence.py configs/cd/stage1_vits.py --out pairs
"""
from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from mmengine.config import Config, DictAction
from mmengine.dataset import BaseDataset
from mmengine.registry import init_default_scope

from mmcrossdistill.datasets.transforms import CorrespondencePipeline, PackDistillInputs
from mmcrossdistill.registry import DATASETS
from mmcrossdistill.visualization.overlay import draw_pairs

MIN_WIDTH = 640  # pixels; smaller views are enlarged, or the discs cover them


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='a config with a dataloader')
    parser.add_argument('--out', type=Path, required=True, help='folder of the pictures')
    parser.add_argument('--num', type=int, default=4, help='samples, spread over the data set')
    parser.add_argument('--ann-file', help='overrides the info file')
    parser.add_argument('--data-root', help='overrides the data root')
    parser.add_argument('--dataloader', default='train_dataloader',
                        choices=('train_dataloader', 'val_dataloader', 'test_dataloader'))
    parser.add_argument('--colour-by', default='depth', choices=('depth', 'label'))
    parser.add_argument('--seed', type=int, default=0, help='of the augmentation')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, help='key=value overrides')
    return parser.parse_args()


def draw_sample(dataset: BaseDataset, index: int, colour_by: str) -> np.ndarray:
    """Draw one sample.

    Args:
        dataset: built with a pipeline.
        index: of the sample.
        colour_by: 'depth' or 'label'.

    Returns:
        (H, W, 3) uint8: rows of views, left before and right after augmentation.
    """
    results: dict[str, Any] = dataset.get_data_info(index)
    before: list[np.ndarray] = []
    for transform in dataset.pipeline.transforms:
        if isinstance(transform, PackDistillInputs):
            break
        results = transform(results)
        if isinstance(transform, CorrespondencePipeline):
            enlarge = max(1.0, MIN_WIDTH / results['imgs'][0].shape[1])
            before = draw_pairs(results, colour_by, scale=enlarge)
    rows = []
    for left, view in zip(before, results['imgs'], strict=True):
        scale = left.shape[0] / view.shape[0]
        right = draw_pairs(results, colour_by, scale=scale)[len(rows)]
        rows.append(np.hstack([left, cv2.resize(right, (right.shape[1], left.shape[0]))]))
    width = max(row.shape[1] for row in rows)
    return np.vstack([np.pad(row, ((0, 0), (0, width - row.shape[1]), (0, 0))) for row in rows])


def main() -> None:
    """Write the pictures."""
    args = parse_args()
    cfg = Config.fromfile(args.config)
    if args.cfg_options:
        cfg.merge_from_dict(args.cfg_options)
    dataset_cfg = cfg[args.dataloader]['dataset']
    if args.ann_file:
        dataset_cfg.ann_file = str(Path(args.ann_file).resolve())
    if args.data_root:
        dataset_cfg.data_root = args.data_root
    init_default_scope('mmcrossdistill')
    dataset = DATASETS.build(dataset_cfg)
    np.random.seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    count = min(args.num, len(dataset))
    for index in np.linspace(0, len(dataset) - 1, count).astype(int):
        path = args.out / f'{index:06d}.jpg'
        picture = draw_sample(dataset, int(index), args.colour_by)
        cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        print(path)


if __name__ == '__main__':
    main()
