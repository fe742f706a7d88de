"""Count the classes of weak labels, and measure how far nuScenes' lidarseg agrees with them.

Points are counted where cameras see them, as the pairs of the methods are. Data sets without
nuScenes' lidarseg give the shares alone.

Example:
    python tools/analysis_tools/label_statistics.py --root data/minidrive \\
        --labels data/minidrive/weak_labels/minidrive --plot classes.png --pictures looks
"""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.utils import ProgressBar

from mmcrossdistill.datasets import nuscenes_classes
from mmcrossdistill.datasets.region_files import read_regions, region_path
from mmcrossdistill.evaluation.label_statistics import LabelStatistics
from mmcrossdistill.preprocessing import image_tasks
from mmcrossdistill.preprocessing.command_line import run_command
from mmcrossdistill.preprocessing.sharded_run import read_settings
from mmcrossdistill.preprocessing.weak_labels.class_sets import palette_of
from mmcrossdistill.preprocessing.weak_labels.projected_labels import project_keyframe
from mmcrossdistill.utils.atomic_file import write_atomically
from mmcrossdistill.visualization.image_grid import encode_png
from mmcrossdistill.visualization.label_chart import label_chart, label_pictures

TOOL = 'weak_labels.py'
_SHARES = ('pixels', 'points', 'precision', 'recall', 'iou')


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options.

    Args:
        parser: receives them.
    """
    image_tasks.add_dataset_arguments(parser)
    parser.add_argument('--labels', type=Path, required=True, help=f'folder that {TOOL} wrote')
    parser.add_argument('--num', type=int, help='keyframes, spread out (default: all)')
    parser.add_argument('--json', action='store_true', help='print JSON instead of a table')
    parser.add_argument('--out', type=Path, help='json file')
    parser.add_argument('--plot', type=Path, help='chart of the classes')
    parser.add_argument('--pictures', type=Path,
                        help='folder: pictures with their labels and lidarseg')
    parser.add_argument('--num-pictures', type=int, default=4, help='keyframes of which to draw')


def read_labels(folder: Path, info: dict[str, Any]) -> dict[str, np.ndarray]:
    """Read the labels of a keyframe's images.

    Args:
        folder: of the label maps.
        info: the keyframe.

    Returns:
        Camera name to (H, W) classes, 255 where unlabelled.

    Raises:
        ValueError: if a map does not fit its image.
    """
    labels = {}
    for view, image in info['images'].items():
        path = region_path(folder, view, image)
        labels[view] = read_regions(path, tool=TOOL)
        if labels[view].shape != (image['height'], image['width']):
            raise ValueError(f'label map {path} has the size {labels[view].shape}, its image '
                             f'{(image["height"], image["width"])}; delete it and run {TOOL} again')
    return labels


def draw(
    args: argparse.Namespace, info: dict[str, Any], names: list[str], has_lidarseg: bool,
) -> None:
    """Write the picture of a keyframe.

    Args:
        args: parsed options.
        info: the keyframe.
        names: of the classes.
        has_lidarseg: whether the points have labels.
    """
    labels, points = read_labels(args.labels, info), project_keyframe(info, has_lidarseg)
    images = {view: image_tasks.read_image(image['img_path'])
              for view, image in info['images'].items()}
    palette, shown = palette_of(names), {}
    for view, seen in points.items():
        shown[view] = seen.pixel_rc, seen.label if has_lidarseg else seen.read(labels[view])
    figure = label_pictures(
        images, labels, shown, names, palette,
        nuscenes_classes.PALETTE if has_lidarseg else palette,
        'lidarseg' if has_lidarseg else 'weak labels of the points')
    write_atomically(args.pictures / f"{info['token']}.png", encode_png(figure))


def describe(summary: dict[str, Any]) -> str:
    """Write the summary as a table.

    Args:
        summary: of the statistics.
    """
    lines = [f'{"class":<22}' + ''.join(f'{key:>11}' for key in _SHARES)]
    lines += [f'{entry["name"]:<22}' + ''.join(f'{_percent(entry[key]):>11}' for key in _SHARES)
              for entry in summary['classes']]
    lines.append(
        f'{summary["images"]} images: {_percent(summary["labelled_pixels"])} of the pixels and '
        f'{_percent(summary["labelled_points"])} of {summary["points"]} projected points are '
        'labelled')
    if summary['scored_points']:
        lines.append(
            f'lidarseg agrees with {_percent(summary["accuracy"])} of {summary["scored_points"]} '
            f'points, with {_percent(summary["agreement"])} of those that have a label it knows')
    return '\n'.join(lines)


def _percent(share: float | None) -> str:
    """Write a share."""
    return '-' if share is None else f'{100 * share:.2f} %'


def run(args: argparse.Namespace) -> int:
    """Count, print and draw.

    Args:
        args: parsed options.

    Returns:
        0, the exit code.
    """
    names = read_settings(args.labels, f'tools/preprocess/{TOOL}')['classes']
    datasets = image_tasks.open_datasets(args)
    keyframes = image_tasks.spread_keyframes(datasets, args.num)
    # Labels of other data sets have other classes.
    has_lidarseg = all(dataset.metainfo['dataset'] == 'nuscenes' for dataset in datasets) and all(
        'pts_semantic_mask_path' in info for info in keyframes)
    statistics = LabelStatistics(names)
    bar = ProgressBar(len(keyframes), file=sys.stderr)
    for info in keyframes:
        labels, points = read_labels(args.labels, info), project_keyframe(info, has_lidarseg)
        for view, image in info['images'].items():
            statistics.add(labels[view], points[view], str(region_path(args.labels, view, image)))
        bar.update()
    print(file=sys.stderr)
    summary = statistics.summary()
    text = json.dumps(summary, indent=1)
    print(text if args.json else describe(summary))
    if args.out is not None:
        write_atomically(args.out, (text + '\n').encode())
    if args.plot is not None:
        write_atomically(args.plot, encode_png(label_chart(summary, str(args.labels)), dpi=150))
    if args.pictures is not None:
        for info in image_tasks.spread_keyframes(datasets, args.num_pictures):
            draw(args, info, names, has_lidarseg)
    return 0


def main() -> int:
    """Run the tool.

    Returns:
        Exit code.
    """
    return run_command('label_statistics.py', __doc__, add_arguments, run)


if __name__ == '__main__':
    sys.exit(main())
