"""Clouds seen from above."""
from __future__ import annotations

import numpy as np


def bird_eye(points: np.ndarray, colours: np.ndarray, size: int = 480,
             reach: float | None = None, dot: int = 1, background: int = 255) -> np.ndarray:
    """Draw a cloud from above, x up and y to the left, higher points over lower ones.

    Args:
        points ((N, 3+) float): x, y, z in the lidar frame, metres.
        colours ((N, 3) float in [0, 1]): RGB.
        size: side of the picture, pixels.
        reach: metres from the centre to the border; by default 98 % of the points are inside.
        dot (>= 1): side of a point, pixels.
        background: grey level, 0 to 255.

    Returns:
        (size, size, 3) uint8.
    """
    canvas = np.full((size, size, 3), background, dtype=np.uint8)
    if len(points) == 0:
        return canvas
    if reach is None:
        reach = max(float(np.percentile(np.abs(points[:, :2]).max(axis=1), 98)), 1.0)
    order = np.argsort(points[:, 2], kind='stable')
    cells = np.floor((1 - points[order, :2] / reach) * size / 2).astype(int)
    # All pixels of a point before those of the next, higher one.
    spread = np.indices((dot, dot)).reshape(2, -1).T - (dot - 1) // 2
    cells = (cells[:, None] + spread).reshape(-1, 2)
    inside = ((cells >= 0) & (cells < size)).all(axis=1)
    rows, columns = cells[inside].T
    drawn = np.rint(255 * colours[order]).astype(np.uint8).repeat(dot * dot, axis=0)
    canvas[rows, columns] = drawn[inside]
    return canvas
