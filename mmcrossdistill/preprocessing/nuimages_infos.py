"""Info files and label images of nuImages."""
from __future__ import annotations

import argparse
import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from mmcrossdistill.datasets.label_tables import IGNORE_INDEX
from mmcrossdistill.datasets.nuimages_dataset import CLASSES
from mmcrossdistill.utils.atomic_file import write_atomically
from mmcrossdistill.utils.optional import require

from .info_file import write_infos
from .nuscenes_instances import DETECTION_NAME
from .nuscenes_tables import read_rows

SPLITS = ('train', 'val', 'mini')
CATEGORY_CLASS = {**DETECTION_NAME, 'flat.driveable_surface': 'driveable_surface'}
LABEL_FOLDER = 'semseg'


class Mask(NamedTuple):
    """Run-length encoding of pixels: (H, W) and base64 of COCO's counts."""

    size: tuple[int, int]
    counts: str


class Annotation(NamedTuple):
    """A row of ``object_ann`` or ``surface_ann``, as far as labels need it."""

    token: str
    sample_data_token: str
    category_token: str
    mask: Mask | None


class LabelImage(NamedTuple):
    """What one label image is made of: its file, (H, W), and (class, mask) in drawing order."""

    path: Path
    size: tuple[int, int]
    layers: tuple[tuple[int, Mask], ...]


def annotation_row(row: dict[str, Any]) -> Any:
    """Keep the needed columns while a table is parsed; the mask of a row arrives first.

    Args:
        row: of an annotation table, or the mask inside one.
    """
    if 'counts' in row:
        return Mask(tuple(row['size']), row['counts'])
    return Annotation(**{name: row[name] for name in Annotation._fields})


def draw_labels(image: LabelImage) -> None:
    """Draw and write one label image, unless it is there.

    Later layers cover earlier ones, as in the devkit.

    Args:
        image: its layers; classes of -1 are drawn as ignored.

    Raises:
        ValueError: if a mask has another size than its image.
    """
    if image.path.is_file():
        return
    decode = require('pycocotools.mask', extra='det3d').decode
    labels = np.full(image.size, IGNORE_INDEX, np.uint8)
    for index, mask in image.layers:
        pixels = decode(dict(size=list(mask.size), counts=base64.b64decode(mask.counts)))
        if pixels.shape != image.size:
            raise ValueError(f'{image.path.stem}: a mask of size {pixels.shape} for an image of '
                             f'size {image.size}; extract the tables of nuImages again')
        labels[pixels == 1] = IGNORE_INDEX if index < 0 else index
    write_atomically(image.path, cv2.imencode('.png', labels)[1].tobytes())


def collect_layers(folder: Path) -> dict[str, list[tuple[int, Mask]]]:
    """Read the annotated pixels of each image in the devkit's drawing order.

    Surfaces come first, in the order of their table, then objects, sorted by token.

    Args:
        folder: of the tables.

    Returns:
        Class (-1 for those not scored) and mask, by token of the image.
    """
    classes = {row['token']: CATEGORY_CLASS.get(row['name']) for row in read_rows(
        folder, 'category')}
    layers: dict[str, list[tuple[int, Mask]]] = {}
    surfaces = read_rows(folder, 'surface_ann', annotation_row)
    objects = sorted(read_rows(folder, 'object_ann', annotation_row), key=lambda row: row.token)
    for row in (*surfaces, *objects):
        if row.mask is not None:
            name = classes[row.category_token]
            layers.setdefault(row.sample_data_token, []).append(
                (-1 if name is None else CLASSES.index(name), row.mask))
    return layers


def build_split(root: Path, out: Path, split: str, num_workers: int) -> Path:
    """Write the infos and the label images of one split.

    Args:
        root: of the data set.
        out: folder of the info file and of ``semseg/``.
        split: of :data:`SPLITS`.
        num_workers: processes that draw.

    Returns:
        The info file.
    """
    from mmengine.utils import track_parallel_progress, track_progress

    version = f'v1.0-{split}'
    folder = root / version
    layers = collect_layers(folder)
    sensors = {row['token']: row['channel'] for row in read_rows(folder, 'sensor')}
    cameras = {row['token']: sensors[row['sensor_token']]
               for row in read_rows(folder, 'calibrated_sensor')}
    logs = {row['token']: row['log_token'] for row in read_rows(folder, 'sample')}
    items, images = [], []
    for row in read_rows(folder, 'sample_data'):
        if not row['is_key_frame'] or row['fileformat'] != 'jpg':
            continue
        label_path = f'{LABEL_FOLDER}/{version}/{row["token"]}.png'
        items.append(dict(
            token=row['token'], camera=cameras[row['calibrated_sensor_token']],
            scene_name=logs[row['sample_token']], img_path=row['filename'],
            label_map_path=label_path))
        images.append(LabelImage(out / label_path, (row['height'], row['width']),
                                 tuple(layers.get(row['token'], ()))))
    print(f'{version}: {len(items)} images')
    if num_workers > 1:
        track_parallel_progress(draw_labels, images, num_workers, keep_order=False)
    else:
        track_progress(draw_labels, images)
    path = out / f'nuimages_infos_{split}.pkl'
    write_infos(path, 'nuimages', version, items)
    print(f'\n{path}')
    return path


def build_infos(root: Path, out: Path, splits: Sequence[str] | None = None,
                num_workers: int = 1) -> list[Path]:
    """Write ``nuimages_infos_<split>.pkl`` and ``semseg/<version>/<token>.png``.

    Label images hold the classes 0 to 10, 255 where nothing or no scored class is annotated. Those
    that exist are kept, so that an interrupted run goes on.

    Args:
        root: folder with ``samples/`` and the tables.
        out: folder of the results.
        splits: of :data:`SPLITS`; ``None`` takes those that are there.
        num_workers: processes that draw.

    Returns:
        The info files.

    Raises:
        FileNotFoundError: if there is no split.
    """
    found = [split for split in SPLITS if (root / f'v1.0-{split}').is_dir()]
    if not found or (splits and not set(splits) <= set(found)):
        wanted = ' or '.join(f'v1.0-{split}' for split in splits or SPLITS)
        raise FileNotFoundError(
            f'{root} has no folder {wanted}, so it is not the root of a nuImages data set; pass '
            'the folder that holds samples/ and the tables with --root')
    return [build_split(root, out, split, num_workers) for split in splits or found]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``create_data.py nuimages``.

    Args:
        parser: of the subcommand.
    """
    parser.add_argument('--root', type=Path, required=True,
                        help='folder that holds samples/ and v1.0-train/, v1.0-val/')
    parser.add_argument('--out', type=Path, help='folder of infos and labels (default: the root)')
    parser.add_argument('--splits', nargs='+', choices=SPLITS, help='default: all that are there')
    parser.add_argument('--workers', type=int, default=1, help='processes that draw labels')


def run(args: argparse.Namespace) -> int:
    """Run ``create_data.py nuimages``.

    Args:
        args: parsed options.

    Returns:
        0, the exit code.
    """
    build_infos(args.root, args.out or args.root, args.splits, args.workers)
    return 0
