"""Label maps that exist already, e.g. those of SEEM, with the classes renumbered."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from mmcrossdistill.datasets.label_tables import IGNORE_INDEX
from mmcrossdistill.preprocessing.image_size import read_image_size
from mmcrossdistill.preprocessing.superpixels.semantic_png import SemanticPngReader

from .class_sets import GROUNDED_SAM, SEEM

UNLABELLED = 'unlabelled'
_UNKNOWN = -1
_MAX_IDS = 2 ** 16
_SEEM = {name: (number,) for number, name in enumerate(SEEM)}

# Class name to ids in the files. SEEM's files as OLIVINE wrote them mark pixels without a mask by
# 0, which is also the barrier; 'seem-no-barrier' gives up that class instead of those pixels.
TABLES: dict[str, Mapping[str, Sequence[int]]] = {
    'seem': {**_SEEM, UNLABELLED: (IGNORE_INDEX,)},
    'seem-no-barrier': {**_SEEM, 'barrier': (), UNLABELLED: (0, IGNORE_INDEX)},
    'grounded-sam': {**{name: (number + 1,) for number, name in enumerate(GROUNDED_SAM)},
                     UNLABELLED: (0, IGNORE_INDEX)}}


def read_table(name: str) -> dict[str, list[int]]:
    """Read what the ids of existing label maps mean.

    Args:
        name: key of :data:`TABLES`, or a json file that gives each class the list of its ids. Its
            order numbers the classes; the key 'unlabelled' holds the ids without a class.

    Returns:
        Class name to ids, 'unlabelled' included.

    Raises:
        FileNotFoundError: if it is neither.
        ValueError: if the file is no such table.
    """
    if name in TABLES:
        return {key: list(ids) for key, ids in TABLES[name].items()}
    path = Path(name)
    if not path.is_file():
        raise FileNotFoundError(
            f'--table {name} is neither one of {tuple(TABLES)} nor a json file')
    try:
        table = json.loads(path.read_text())
    except json.JSONDecodeError as error:
        raise ValueError(f'{path} (--table) is not valid json: {error}') from error
    _check_table(table, path)
    return {UNLABELLED: [], **table}


def _check_table(table: object, path: Path) -> None:
    """Check that every class has a list of ids and no id two classes.

    Args:
        table: content of the file.
        path: of the file.
    """
    example = 'expected e.g. {"car": [3, 4], "road": [7], "unlabelled": [0]}'
    if not isinstance(table, dict) or not set(table) - {UNLABELLED}:
        raise ValueError(f'{path} (--table) names no class; {example}')
    if len(table) > IGNORE_INDEX:
        raise ValueError(f'{path} (--table) has {len(table)} keys, at most {IGNORE_INDEX} fit')
    seen: dict[int, str] = {}
    for name, ids in table.items():
        if not isinstance(ids, list) or not all(
                type(number) is int and 0 <= number < _MAX_IDS for number in ids):
            raise ValueError(f'{path} (--table), key {name!r}: {ids!r} is no list of ids from 0 to '
                             f'{_MAX_IDS - 1}; {example}')
        for number in ids:
            if number in seen:
                raise ValueError(f'{path} (--table): the id {number} belongs to {seen[number]!r} '
                                 f'and to {name!r}; keep one')
            seen[number] = name


def class_names(table: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    """List the classes of a table.

    Args:
        table: of :func:`read_table`.
    """
    return tuple(name for name in table if name != UNLABELLED)


class PngLabeller:
    """Takes the labels of existing maps.

    Args:
        folder: with ``<camera>/<image name>.png`` or ``<image name>.png``, as OLIVINE's
            ``camseg``.
        table: of :func:`read_table`.

    Raises:
        FileNotFoundError: if the folder does not exist.
    """

    def __init__(self, folder: str | Path, table: Mapping[str, Sequence[int]]) -> None:
        self.reader = SemanticPngReader(folder)
        self.lookup = np.full(_MAX_IDS, _UNKNOWN, dtype=np.int16)
        for index, name in enumerate(class_names(table)):
            self.lookup[list(table[name])] = index
        self.lookup[list(table.get(UNLABELLED, ()))] = IGNORE_INDEX

    def __call__(self, image_path: str | Path, view: str) -> np.ndarray:
        """Read the labels of one image.

        Args:
            image_path: of the image.
            view: camera name.

        Returns:
            (H, W) int64: class, 255 where unlabelled.

        Raises:
            FileNotFoundError: if the image or its label map does not exist.
            ValueError: if their sizes differ, or the map holds an id that the table lacks.
        """
        ids = self.reader(image_path, view)
        size = read_image_size(Path(image_path))
        if ids.shape != size:
            raise ValueError(f'the label map of {image_path} (--labels) has the size {ids.shape}, '
                             f'the image {size}; write the map at the size of the image')
        labels = self.lookup[ids].astype(np.int64)
        unknown = np.unique(ids[labels == _UNKNOWN])
        if len(unknown):
            raise ValueError(
                f'the label map of {image_path} (--labels) holds the ids {unknown.tolist()}, which '
                'the table lacks; add them to a class or to "unlabelled" of --table FILE.json')
        return labels
