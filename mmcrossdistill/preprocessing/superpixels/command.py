"""The ``superpixels`` command: arguments, and the work on one image."""
from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from mmcrossdistill.datasets.region_files import write_regions
from mmcrossdistill.preprocessing import image_tasks, sharded_run
from mmcrossdistill.preprocessing.image_tasks import ImageTask, list_tasks, read_image

from .sam import SamSegmenter
from .scaling import boundary_recall
from .semantic_png import SemanticPngReader
from .slic import SlicSegmenter

METHODS = ('slic', 'sam', 'semantic-png')
_SETTINGS = {
    'slic': ('segments', 'compactness', 'sigma', 'max_side'),
    'sam': ('points_per_side', 'pred_iou_thresh', 'stability_score_thresh', 'uncovered',
            'max_side'),
    'semantic-png': ('split_components',)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments.

    Args:
        parser: receives them.
    """
    parser.add_argument('--method', choices=METHODS, default='slic')
    image_tasks.add_arguments(parser)
    parser.add_argument('--out', type=Path,
                        help='folder of the region maps (default: <root>/superpixels/<method>)')
    parser.add_argument('--max-side', type=int,
                        help='reduce longer images to this; the loss of boundaries is printed')
    parser.add_argument('--check-images', type=int, default=4,
                        help='images on which that loss is measured')
    slic = parser.add_argument_group('slic')
    slic.add_argument('--segments', type=int, default=150, help='SLidR: 150, for VoxelNet 30')
    slic.add_argument('--compactness', type=float, default=6.0)
    slic.add_argument('--sigma', type=float, default=3.0)
    sam = parser.add_argument_group('sam')
    sam.add_argument('--checkpoint', type=Path, help='folder with a SAM of transformers')
    sam.add_argument('--device', default='cpu')
    sam.add_argument('--points-per-side', type=int, default=32)
    sam.add_argument('--points-per-batch', type=int, default=64)
    sam.add_argument('--pred-iou-thresh', type=float, default=0.88)
    sam.add_argument('--stability-score-thresh', type=float, default=0.95)
    sam.add_argument('--uncovered', choices=('own', 'largest'), default='own',
                     help='region of the pixels outside all masks')
    semantic = parser.add_argument_group('semantic-png')
    semantic.add_argument('--labels', type=Path, help='folder of the label maps')
    semantic.add_argument('--split-components', action='store_true',
                          help='every connected part of a class is a region')
    sharded_run.add_arguments(parser)


def build_segmenter(
    args: argparse.Namespace, max_side: int | None,
) -> Callable[[ImageTask], np.ndarray]:
    """Make what finds the regions of an image.

    Args:
        args: parsed options.
        max_side: see the segmenters; not ``args.max_side`` where the full size is compared.

    Returns:
        A function from images to (H, W) ids.

    Raises:
        ValueError: if an option that the method needs is missing.
    """
    if args.method == 'semantic-png':
        if args.labels is None:
            raise ValueError('--method semantic-png needs --labels, the folder of the label maps')
        reader = SemanticPngReader(args.labels, args.split_components)
        return lambda task: reader(task.image, task.view)
    if args.method == 'sam':
        if args.checkpoint is None:
            raise ValueError('--method sam needs --checkpoint, a folder with the weights')
        segment = SamSegmenter(
            args.checkpoint, args.uncovered, max_side, args.points_per_side,
            args.points_per_batch, args.pred_iou_thresh, args.stability_score_thresh, args.device)
    else:
        segment = SlicSegmenter(args.segments, args.compactness, args.sigma, max_side)
    return lambda task: segment(read_image(task.image))


def check_boundaries(args: argparse.Namespace, tasks: list[ImageTask]) -> str:
    """Compare reduced with full size on some images.

    Args:
        args: parsed options.
        tasks: images to choose from.

    Returns:
        A line for the terminal.
    """
    chosen = tasks[::max(1, len(tasks) // args.check_images)][:args.check_images]
    full, reduced = build_segmenter(args, None), build_segmenter(args, args.max_side)
    recalls, seconds = [], np.zeros(2)
    for task in chosen:
        start = time.perf_counter()
        reference = full(task)
        middle = time.perf_counter()
        recalls.append(boundary_recall(reference, reduced(task)))
        seconds += (middle - start, time.perf_counter() - middle)
    return (f'--max-side {args.max_side} on {len(chosen)} images: {np.mean(recalls):.0%} of the '
            f'boundary pixels of the full size lie within 2 pixels of a boundary, '
            f'{seconds[0] / seconds[1]:.1f} times faster')


def make_writer(args: argparse.Namespace) -> Callable[[ImageTask], None]:
    """Make what writes the regions of an image.

    Args:
        args: parsed options.
    """
    cv2.setNumThreads(1)  # images are the unit of parallelism
    segment = build_segmenter(args, args.max_side)
    return lambda task: write_regions(task.out, segment(task))


def run(args: argparse.Namespace) -> int:
    """Write the region maps of one shard.

    Args:
        args: parsed options of :func:`add_arguments`.

    Returns:
        0, the exit code.
    """
    out = args.out or args.root / 'superpixels' / args.method
    sharded_run.claim_folder(out, {
        'method': args.method, **{name: getattr(args, name) for name in _SETTINGS[args.method]}})
    shard = sharded_run.take_shard(list_tasks(args, out), args.num_shards, args.shard_id)
    todo = [task for task in shard if not task.out.is_file()]
    if args.max_side is not None and args.method != 'semantic-png' and args.check_images and todo:
        print(check_boundaries(args, todo))
    seconds = sharded_run.run_items(todo, partial(make_writer, args), args.workers)
    print(f"{out}: {sharded_run.summarise(seconds, 'image', len(shard) - len(todo))}")
    return 0
