"""The ``weak_labels`` command: arguments, and the work on the images."""
from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mmcrossdistill.datasets import nuscenes_classes
from mmcrossdistill.datasets.label_tables import IGNORE_INDEX
from mmcrossdistill.datasets.region_files import write_regions
from mmcrossdistill.preprocessing import image_tasks, sharded_run
from mmcrossdistill.preprocessing.image_tasks import (
    ImageTask,
    list_tasks,
    open_datasets,
    read_image,
    spread_keyframes,
)
from mmcrossdistill.preprocessing.local_checkpoint import check_checkpoint
from mmcrossdistill.utils.atomic_file import write_atomically

from .box_masks import SEGMENTER
from .class_sets import PROMPTS
from .grounded_sam import ORDERS, GroundedSamLabeller
from .grounding import DETECTOR
from .minidrive import MiniDriveLabeller, Quality, choose_severity
from .png_labels import TABLES, PngLabeller, class_names, read_table

METHODS = ('grounded-sam', 'png', 'minidrive')


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments.

    Args:
        parser: receives them.
    """
    parser.add_argument('--method', choices=METHODS, required=True)
    image_tasks.add_arguments(parser)
    parser.add_argument('--out', type=Path,
                        help='folder of the label maps (default: <root>/weak_labels/<method>)')
    models = parser.add_argument_group('grounded-sam')
    models.add_argument('--detector', type=Path,
                        help='folder with a Grounding DINO of transformers')
    models.add_argument('--checkpoint', type=Path,
                        help='folder with a SAM or SAM-HQ of transformers')
    models.add_argument('--device', default='cpu')
    models.add_argument('--class-set', choices=tuple(PROMPTS), default='grounded-sam',
                        help="OLIVINE's 13 prompts, or the 16 that it gave SEEM")
    models.add_argument('--box-threshold', type=float, default=0.25)
    models.add_argument('--text-threshold', type=float, default=0.25)
    models.add_argument('--order', choices=ORDERS, default='score',
                        help='which mask lies on top where several overlap: the surest, the '
                             'smallest, or the last of the detector')
    existing = parser.add_argument_group('png')
    existing.add_argument('--labels', type=Path, help='folder of the label maps')
    existing.add_argument('--table', default='seem', metavar='|'.join((*TABLES, 'FILE.json')),
                          help='what the ids in the maps mean; a file gives each class the list '
                               'of its ids')
    world = parser.add_argument_group('minidrive')
    world.add_argument('--accuracy', type=float,
                       help='share of the projected LiDAR points whose label shall be right '
                            '(default: the true labels)')
    world.add_argument('--seed', type=int, default=0, help='of the errors')
    world.add_argument('--check-keyframes', type=int, default=24,
                       help='keyframes on which the accuracy is measured')
    sharded_run.add_arguments(parser)


def measure_quality(args: argparse.Namespace) -> Quality:
    """Choose how much the truth of MiniDrive is worsened.

    Args:
        args: parsed options.
    """
    # From all keyframes and not from those of the shard, so that all shards choose the same.
    keyframes = spread_keyframes(open_datasets(args), args.check_keyframes)
    return choose_severity(args.root, keyframes, args.accuracy, args.seed)


def describe(args: argparse.Namespace, quality: Quality | None) -> dict[str, Any]:
    """Collect what the labels mean and how they were made, as JSON.

    Args:
        args: parsed options.
        quality: of MiniDrive's labels.

    Raises:
        FileNotFoundError: if a folder or file that an option names does not exist.
        ValueError: if an option that the method needs is missing.
    """
    if args.method == 'grounded-sam':
        # Checked before the folder is claimed, or a mistyped name would stay in its settings.
        for path, (option, example) in ((args.detector, DETECTOR), (args.checkpoint, SEGMENTER)):
            if path is None:
                raise ValueError(
                    f'--method grounded-sam needs {option}, a folder with the weights')
            check_checkpoint(path, option, example)
        classes = PROMPTS[args.class_set]
        parameters = dict(
            detector=args.detector.name, checkpoint=args.checkpoint.name, order=args.order,
            box_threshold=args.box_threshold, text_threshold=args.text_threshold)
    elif args.method == 'png':
        if args.labels is None:
            raise ValueError('--method png needs --labels, the folder of the label maps')
        table = read_table(args.table)
        classes, parameters = class_names(table), dict(table=table)
    else:
        classes = nuscenes_classes.CLASSES
        parameters = dict(
            accuracy=args.accuracy, seed=args.seed, severity=quality.severity)
    return dict(method=args.method, classes=classes, unlabelled=IGNORE_INDEX, **parameters)


def build_labeller(args: argparse.Namespace, severity: float) -> Callable[[ImageTask], np.ndarray]:
    """Make what labels an image.

    Args:
        args: parsed options, checked by :func:`describe`.
        severity: of MiniDrive's errors.

    Returns:
        A function from images to (H, W) classes, 255 where unlabelled.
    """
    if args.method == 'grounded-sam':
        by_models = GroundedSamLabeller(
            args.detector, args.checkpoint, args.class_set, args.order, args.box_threshold,
            args.text_threshold, args.device)
        return lambda task: by_models(read_image(task.image))
    if args.method == 'png':
        existing = PngLabeller(args.labels, read_table(args.table))
        return lambda task: existing(task.image, task.view)
    world = MiniDriveLabeller(args.root, severity, args.seed)
    return lambda task: world(task.scene, task.view, task.timestamp, task.out.stem)


def group_tasks(method: str, tasks: Sequence[ImageTask]) -> list[list[ImageTask]]:
    """Put images together that one process should label.

    Args:
        method: of the labels.
        tasks: all images.

    Returns:
        The images of each scene of MiniDrive, whose world takes longer to build than its images
        to label; single images else.
    """
    if method != 'minidrive':
        return [[task] for task in tasks]
    scenes: dict[str | None, list[ImageTask]] = {}
    for task in tasks:
        scenes.setdefault(task.scene, []).append(task)
    return list(scenes.values())


def make_writer(
    args: argparse.Namespace, severity: float,
) -> Callable[[Sequence[ImageTask]], None]:
    """Make what writes the labels of a group of images.

    Args:
        args: parsed options.
        severity: of MiniDrive's errors.
    """
    cv2.setNumThreads(1)  # images are the unit of parallelism
    label = build_labeller(args, severity)

    def write(group: Sequence[ImageTask]) -> None:
        """Write the labels of the images that have none."""
        for task in group:
            if not task.out.is_file():
                write_regions(task.out, label(task))
    return write


def run(args: argparse.Namespace) -> int:
    """Write the label maps of one shard.

    Args:
        args: parsed options of :func:`add_arguments`.

    Returns:
        0, the exit code.
    """
    out = args.out or args.root / 'weak_labels' / args.method
    groups = group_tasks(args.method, list_tasks(args, out))
    shard = sharded_run.take_shard(groups, args.num_shards, args.shard_id)
    quality = measure_quality(args) if args.method == 'minidrive' else None
    sharded_run.claim_folder(out, describe(args, quality))
    todo = [group for group in shard if not all(task.out.is_file() for task in group)]
    severity = 0.0 if quality is None else quality.severity
    seconds = sharded_run.run_items(todo, partial(make_writer, args, severity), args.workers)
    noun = 'image' if quality is None else 'scene'
    print(f'{out}: {sharded_run.summarise(seconds, noun, len(shard) - len(todo))}')
    if quality is not None:
        # Not among the settings: another machine may measure a point more or less.
        write_atomically(out / 'accuracy.json', json.dumps(asdict(quality), indent=1).encode())
        print(f'right at {quality.accuracy:.1%} of {quality.points} projected points with a '
              f'lidarseg label (severity {quality.severity:g}; the true labels: '
              f'{quality.true_accuracy:.1%})')
    return 0
