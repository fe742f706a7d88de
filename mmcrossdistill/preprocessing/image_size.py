"""Size of an image file without decoding it."""
from __future__ import annotations

from pathlib import Path

from PIL import Image, UnidentifiedImageError


def read_image_size(path: Path) -> tuple[int, int]:
    """Read the size from the header.

    Args:
        path: of the image.

    Returns:
        (H, W) in pixels.

    Raises:
        FileNotFoundError: if the file is missing or no image.
    """
    try:
        with Image.open(path) as image:
            return image.height, image.width
    except (FileNotFoundError, UnidentifiedImageError) as error:
        raise FileNotFoundError(
            f'image {path} does not exist or is no image; extract the images of the data set '
            'again') from error
