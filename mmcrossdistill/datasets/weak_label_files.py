"""Weak labels on disk: the class of each pixel, in files like those of region maps."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from .label_tables import IGNORE_INDEX
from .region_files import read_regions


def read_weak_labels(path: str | Path, num_classes: int) -> np.ndarray:
    """Read the class of each pixel.

    Args:
        path: of the PNG.
        num_classes: that the reader knows.

    Returns:
        (H, W) uint8: classes from 0; 255 where unlabelled.

    Raises:
        FileNotFoundError: if it does not exist.
        ValueError: if it is no single-channel PNG of integers, or holds another class.
    """
    labels = read_regions(path, 'weak_labels.py')
    largest = labels.max(initial=0, where=labels != IGNORE_INDEX)
    if largest >= num_classes:
        raise ValueError(
            f'weak labels {path} hold the class {largest}, the model knows {num_classes}: set '
            'num_classes of LoadWeakLabels and of the model to the number of classes in '
            'label_folder')
    return labels.astype(np.uint8)
