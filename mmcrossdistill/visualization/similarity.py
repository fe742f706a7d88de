"""Similarities and heights as colours."""
from __future__ import annotations

import cv2
import numpy as np


def colour_values(values: np.ndarray, low: float = 0.0, high: float = 1.0,
                  colours: int = cv2.COLORMAP_TURBO) -> np.ndarray:
    """Colour values from low to high, by default from blue to red.

    Args:
        values ((...) float): e.g. cosine similarities.
        low: shown in the first colour, as is what lies below.
        high: shown in the last colour, as is what lies above.
        colours: a scale of OpenCV.

    Returns:
        (..., 3) uint8: RGB.
    """
    scale = cv2.applyColorMap(np.arange(256, dtype=np.uint8), colours)[:, 0, ::-1]
    share = np.clip((np.asarray(values, dtype=np.float64) - low) / (high - low), 0, 1)
    return scale[np.rint(255 * share).astype(np.uint8)]


def colour_similarity(values: np.ndarray) -> np.ndarray:
    """Colour cosine similarities: blue for 0 or less, green for 0.5, red for 1.

    Args:
        values ((...) float): similarities.

    Returns:
        (..., 3) uint8: RGB.
    """
    # The lowest colours of the scale are nearly black, which a dark scene swallows.
    return colour_values(np.maximum(values, 0.0), low=-0.12)


def blend_similarity(image: np.ndarray, values: np.ndarray, alpha: float = 0.55) -> np.ndarray:
    """Lay similarities over an image.

    Args:
        image ((H, W, 3) uint8): RGB.
        values ((H, W) float): similarities.
        alpha (0..1): weight of the colours.

    Returns:
        (H, W, 3) uint8.
    """
    return np.rint((1 - alpha) * image + alpha * colour_similarity(values)).astype(np.uint8)


def mark_pixel(image: np.ndarray, uv: tuple[float, float]) -> np.ndarray:
    """Mark a pixel by a ring that is seen on any background.

    Args:
        image ((H, W, 3) uint8): RGB.
        uv: the pixel (column, row).

    Returns:
        (H, W, 3) uint8: a copy.
    """
    canvas = np.ascontiguousarray(image).copy()
    centre, size = tuple(int(x) for x in uv), max(3, image.shape[1] // 50)
    cv2.circle(canvas, centre, size, (0, 0, 0), max(2, size // 2), cv2.LINE_AA)
    cv2.circle(canvas, centre, size, (255, 255, 255), max(1, size // 4), cv2.LINE_AA)
    return canvas
