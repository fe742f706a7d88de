"""Work on the keyframes of info files and their images: arguments, lists, and reading them."""
from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.datasets.region_files import region_path
from mmcrossdistill.datasets.selection import CONDITIONS


@dataclass(frozen=True)
class ImageTask:
    """One image.

    Args:
        image: file.
        view: camera name.
        out: file of the map that belongs to it.
        scene: name; ``None`` if the infos have none.
        timestamp: seconds.
    """

    image: str
    view: str
    out: Path
    scene: str | None
    timestamp: float


def add_dataset_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose keyframes.

    Args:
        parser: receives them.
    """
    parser.add_argument('--root', type=Path, required=True, help='data root, e.g. data/nuscenes')
    parser.add_argument('--ann-file', nargs='+', default=['nuscenes_infos_train.pkl'],
                        help='info files, relative to the root')
    parser.add_argument('--data-prefix', nargs='+', metavar='KIND=FOLDER',
                        help="folders of the files where they differ from nuScenes'")
    parser.add_argument('--split', help="only the scenes of this split, e.g. SLidR's "
                                        "'parametrizing' or one of splits.json")
    parser.add_argument('--conditions', nargs='+', choices=CONDITIONS, metavar='CONDITION',
                        help=f"only these of {', '.join(CONDITIONS)}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose images.

    Args:
        parser: receives them.
    """
    add_dataset_arguments(parser)
    parser.add_argument('--camera-sweeps', action='store_true',
                        help='also the camera frames between the keyframes')


def open_datasets(
    args: argparse.Namespace, with_sweeps: bool = False,
) -> list[PairedImageLidarDataset]:
    """Open the info files.

    Args:
        args: parsed options of :func:`add_dataset_arguments`.
        with_sweeps: whether to keep the frames between the keyframes.
    """
    prefix = None
    if args.data_prefix:
        prefix = dict(item.split('=', 1) for item in args.data_prefix)
    return [PairedImageLidarDataset(
        ann_file, data_root=str(args.root), data_prefix=prefix, with_sweeps=with_sweeps,
        split=args.split, conditions=args.conditions)
        for ann_file in args.ann_file]


def spread_keyframes(
    datasets: Sequence[PairedImageLidarDataset], count: int | None,
) -> list[dict[str, Any]]:
    """Choose keyframes, evenly spread.

    Args:
        datasets: to choose from.
        count: how many, at most; ``None`` for all.

    Returns:
        Items of the datasets.
    """
    places = [(dataset, index) for dataset in datasets for index in range(len(dataset))]
    count = len(places) if count is None else min(count, len(places))
    return [dataset.get_data_info(index) for dataset, index in (
        places[row] for row in np.linspace(0, len(places) - 1, count).astype(int))]


def list_tasks(args: argparse.Namespace, out: Path) -> list[ImageTask]:
    """List the images of all info files, each once.

    Args:
        args: parsed options of :func:`add_arguments`.
        out: folder of the maps.
    """
    tasks = {}
    for dataset in open_datasets(args, args.camera_sweeps):
        for index in range(len(dataset)):
            info = dataset.get_data_info(index)
            for view in info['view_names']:
                frames = [info['images'][view]]
                if args.camera_sweeps:
                    frames += info['camera_sweeps'].get(view, [])
                for frame in frames:
                    task = ImageTask(
                        frame['img_path'], view, region_path(out, view, frame),
                        info.get('scene_name'), frame['timestamp'])
                    tasks[task.out] = task
    return list(tasks.values())


def read_image(path: str) -> np.ndarray:
    """Decode an image.

    Args:
        path: of the file.

    Returns:
        (H, W, 3) uint8: RGB.

    Raises:
        FileNotFoundError: if there is no image at the path.
    """
    image = cv2.imread(path, cv2.IMREAD_COLOR)
    if image is None:
        raise FileNotFoundError(
            f'image {path} does not exist or cannot be decoded; check --root and --data-prefix')
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
