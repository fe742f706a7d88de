"""What readers of point labels check."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def choose_format(
    label_format: str, formats: Mapping[str, tuple], label_map: Sequence[int] | None,
) -> tuple[list[Any], np.ndarray]:
    """Look up a format and the map of its categories.

    Args:
        label_format: key of ``formats``.
        formats: what the reader knows of each, the default map last.
        label_map: class of each raw category, or ``None`` for the default.

    Returns:
        What stands before the map, and the map (K,) int64.

    Raises:
        ValueError: if the format is unknown.
    """
    if label_format not in formats:
        raise ValueError(f'label_format={label_format!r} is not one of {tuple(formats)}')
    *known, default = formats[label_format]
    return known, np.asarray(default if label_map is None else label_map, dtype=np.int64)


def find_labels(results: Mapping[str, Any], key: str, title: str, remedy: str) -> Path:
    """Find the label file of a sample.

    Args:
        results: data dict.
        key: of the path.
        title: of the labels, for messages.
        remedy: what to do where the infos have no path.

    Returns:
        The file.

    Raises:
        KeyError: if the infos have no path.
        FileNotFoundError: if there is no file.
    """
    if key not in results:
        raise KeyError(f'sample {results.get("token")} has no {key!r}; the infos were built '
                       f'without {title}: {remedy}')
    path = Path(results[key])
    if not path.is_file():
        raise FileNotFoundError(
            f'{title} {path} ({key}) do not exist; check data_prefix.{key.removesuffix("_path")}')
    return path


def map_categories(categories: np.ndarray, label_map: np.ndarray, results: Mapping[str, Any],
                   path: Path, title: str) -> np.ndarray:
    """Map raw categories to training classes.

    Args:
        categories ((N,) int): as read.
        label_map ((K,) int64): class of each category.
        results: data dict with the cloud.
        path: of the file, for messages.
        title: of the labels, for messages.

    Returns:
        (N,) int64: classes.

    Raises:
        ValueError: if they do not fit the cloud or the map.
    """
    if categories.shape != (len(results['points']),):
        raise ValueError(
            f'{title} {path} hold an array {categories.shape}, the cloud has '
            f'{len(results["points"])} points; read labels right after LoadPoints')
    if len(categories) and categories.max() >= len(label_map):
        raise ValueError(f'{title} {path} hold the category {categories.max()}, label_map has '
                         f'{len(label_map)} entries')
    return label_map[categories]
