"""Points drawn on images."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from mmcrossdistill.datasets.nuscenes_classes import PALETTE

from .segmentation import colour_labels
from .similarity import colour_values


def colour_depth(
    depth: np.ndarray, min_depth: float = 1.0, max_depth: float = 60.0,
) -> np.ndarray:
    """Colour depths on a logarithmic scale, near red to far blue.

    Args:
        depth ((M,) float): metres.
        min_depth (> 0): shown fully red, metres.
        max_depth: shown fully blue, metres.

    Returns:
        (M, 3) uint8: RGB.
    """
    share = np.log(np.clip(depth, min_depth, max_depth) / min_depth)
    share = share / np.log(max_depth / min_depth)
    return colour_values(1 - share)


def draw_points(
    image: np.ndarray, uv: np.ndarray, colours: np.ndarray, radius: int = 2,
) -> np.ndarray:
    """Draw discs on a copy of an image.

    Args:
        image ((H, W, 3) uint8): RGB.
        uv ((M, 2) float): pixels; later points are drawn over earlier ones.
        colours ((M, 3) uint8): RGB.
        radius: pixels; 0 colours single pixels.

    Returns:
        (H, W, 3) uint8.
    """
    canvas = np.ascontiguousarray(image).copy()
    for (column, row), colour in zip(np.floor(uv).astype(int), colours.tolist(), strict=True):
        cv2.circle(canvas, (int(column), int(row)), radius, colour, thickness=-1)
    return canvas


def draw_pairs(
    results: dict[str, Any], colour_by: str = 'depth',
    palette: Sequence[Sequence[int]] = PALETTE, scale: float = 1.0, radius: int | None = None,
) -> list[np.ndarray]:
    """Draw the pairs of a sample on its views, far points first.

    Args:
        results: data dict with ``imgs`` and ``corr``.
        colour_by: 'depth' or 'label'.
        palette: one (R, G, B) per class.
        scale: the views are enlarged by this factor before drawing.
        radius: of the discs, pixels; by default it grows with the width of the view.

    Returns:
        One (H * scale, W * scale, 3) uint8 RGB image per view.

    Raises:
        ValueError: if the pairs carry no such value.
    """
    corr = results['corr']
    values = getattr(corr, colour_by) if colour_by in ('depth', 'label') else None
    if values is None:
        raise ValueError(
            f'the pairs carry no {colour_by!r}; labels need LoadPointLabels and '
            'CorrespondencePipeline(with_labels=True)')
    drawn = []
    for view, image in enumerate(results['imgs']):
        own = np.flatnonzero(corr.view_idx.numpy() == view)
        own = own[np.argsort(-corr.depth.numpy()[own], kind='stable')]
        shown = values.numpy()[own]
        colours = colour_depth(shown) if colour_by == 'depth' else colour_labels(shown, palette)
        canvas = cv2.resize(np.ascontiguousarray(image), None, fx=scale, fy=scale)
        size = max(1, canvas.shape[1] // 400) if radius is None else radius
        drawn.append(draw_points(canvas, corr.pixel_uv.numpy()[own] * scale, colours, size))
    return drawn
