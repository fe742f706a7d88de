"""Reading the grey image that belongs to an image."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np


def read_grey_image(results: dict[str, Any], key: str, remedy: str) -> np.ndarray:
    """Read a single-channel image of the size of ``imgs``.

    Args:
        results: data dict with ``imgs`` and the path.
        key: of the path.
        remedy: for the message.

    Returns:
        (H, W) as stored, 8 or 16 bit.

    Raises:
        FileNotFoundError: if the file does not exist.
        ValueError: if it cannot be decoded, has colours or another size than the image.
    """
    path = Path(results[key])
    if not path.is_file():
        raise FileNotFoundError(f'{path} ({key}) does not exist; {remedy}')
    grey = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    size = results['imgs'][0].shape[:2]
    if grey is None or grey.shape != size:
        raise ValueError(f'{path} ({key}) has the shape {None if grey is None else grey.shape}, '
                         f'its image {size}; {remedy}')
    return grey
