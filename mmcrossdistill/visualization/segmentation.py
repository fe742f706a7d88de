"""Class maps as colours over images."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def colour_labels(labels: np.ndarray, palette: Sequence[Sequence[int]],
                  ignore_index: int = 255) -> np.ndarray:
    """Look up the colour of every label.

    Args:
        labels ((...) int): class of each pixel or point.
        palette: one (R, G, B) in 0..255 per class.
        ignore_index: label shown black.

    Returns:
        (..., 3) uint8: colours.

    Raises:
        ValueError: if a label has no colour.
    """
    labels = np.asarray(labels)
    known = labels != ignore_index
    if known.any() and (labels[known].min() < 0 or labels[known].max() >= len(palette)):
        raise ValueError(
            f'labels span [{labels[known].min()}, {labels[known].max()}], but the palette has '
            f'{len(palette)} colours')
    table = np.vstack([np.asarray(palette, dtype=np.uint8), np.zeros((1, 3), dtype=np.uint8)])
    return table[np.where(known, labels, len(palette))]


def blend_labels(image: np.ndarray, labels: np.ndarray, palette: Sequence[Sequence[int]],
                 alpha: float = 0.6, ignore_index: int = 255) -> np.ndarray:
    """Lay a class map over its image.

    Args:
        image ((H, W, 3) uint8): RGB.
        labels ((H, W) int): class of each pixel; ignored pixels keep the image.
        palette: one (R, G, B) per class.
        alpha (0..1): weight of the class colour.
        ignore_index: label that is not drawn.

    Returns:
        (H, W, 3) uint8: the blend.

    Raises:
        ValueError: if the sizes differ or a label has no colour.
    """
    if image.shape[:2] != labels.shape:
        raise ValueError(f'image is {image.shape[:2]}, labels are {labels.shape}')
    colours = colour_labels(labels, palette, ignore_index).astype(np.float32)
    weight = np.where(labels == ignore_index, 0.0, alpha)[..., None]
    return np.rint((1 - weight) * image + weight * colours).astype(np.uint8)
