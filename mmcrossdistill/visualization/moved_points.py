"""Points of moving objects on an image, before and after they were moved to its time."""
from __future__ import annotations

import cv2
import numpy as np

BEFORE, AFTER = (60, 60, 230), (80, 220, 80)  # blue, green, red
_MIN_WIDTH = 960  # pixels; smaller images are enlarged, or the discs cover them


def draw_moved_points(
    image: np.ndarray, before: np.ndarray, after: np.ndarray, lidar2img: np.ndarray,
) -> np.ndarray | None:
    """Draw two pictures side by side: the points before, in red, and after, in green.

    Args:
        image ((H, W, 3) uint8): BGR.
        before ((N, 3) float): points, metres.
        after ((N, 3) float): the same points, moved; NaN for dropped ones.
        lidar2img ((3, 4) float): projection.

    Returns:
        (h, w, 3) uint8: BGR; ``None`` if the image shows none of them.
    """
    scale = max(1.0, _MIN_WIDTH / image.shape[1])
    large = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    halves, drawn = [], 0
    for points, colour in ((before, BEFORE), (after, AFTER)):
        half = large.copy()
        pixel = points @ lidar2img[:, :3].T + lidar2img[:, 3]
        pixel = pixel[pixel[:, 2] > 1]  # drops NaN too
        uv = pixel[:, :2] / pixel[:, 2:] * scale
        for u, v in uv[((uv >= 0) & (uv < half.shape[1::-1])).all(axis=1)]:
            cv2.circle(half, (int(u), int(v)), 3, colour, -1, cv2.LINE_AA)
            drawn += 1
        halves.append(half)
    return np.hstack(halves) if drawn else None
