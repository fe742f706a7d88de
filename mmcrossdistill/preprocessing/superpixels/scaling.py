"""Segmenting at a reduced size, and what that costs."""
from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from scipy.ndimage import distance_transform_edt


def run_reduced(
    image: np.ndarray, max_side: int | None, segment: Callable[[np.ndarray, float], np.ndarray],
) -> np.ndarray:
    """Segment an image, reduced if it is larger than a limit, and enlarge the regions again.

    Args:
        image ((H, W, 3) uint8): RGB.
        max_side: limit of the longer side, pixels; ``None`` for none.
        segment: called with the (reduced) image and its scale.

    Returns:
        (H, W) int: ids.
    """
    height, width = image.shape[:2]
    longest = max(height, width)
    if max_side is None or longest <= max_side:
        return segment(image, 1.0)
    scale = max_side / longest
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    regions = segment(cv2.resize(image, size, interpolation=cv2.INTER_AREA), scale)
    return cv2.resize(regions.astype(np.uint16), (width, height),
                      interpolation=cv2.INTER_NEAREST_EXACT).astype(np.int64)


def boundaries(regions: np.ndarray) -> np.ndarray:
    """Find the pixels whose right or lower neighbour has another id.

    Args:
        regions ((H, W) int): ids.

    Returns:
        (H, W) bool.
    """
    found = np.zeros(regions.shape, dtype=bool)
    found[:, :-1] |= regions[:, :-1] != regions[:, 1:]
    found[:-1] |= regions[:-1] != regions[1:]
    return found


def boundary_recall(reference: np.ndarray, regions: np.ndarray, tolerance: float = 2.0) -> float:
    """Measure how many boundary pixels of a reference lie near a boundary of other regions.

    Args:
        reference ((H, W) int): ids.
        regions ((H, W) int): ids.
        tolerance: pixels.

    Returns:
        Share in [0, 1]; 1 if the reference has no boundary.
    """
    wanted, found = boundaries(reference), boundaries(regions)
    if not wanted.any():
        return 1.0
    if not found.any():
        return 0.0
    return float((distance_transform_edt(~found)[wanted] <= tolerance).mean())
