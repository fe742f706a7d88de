"""Region maps on disk: one lossless PNG per image, 8 bit while the ids allow it, else 16 bit."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mmcrossdistill.utils.atomic_file import write_atomically

MAX_REGIONS = 2 ** 16


def region_path(folder: str | Path, view: str, image: Mapping[str, Any]) -> Path:
    """Name the region map of an image.

    Args:
        folder: of the region maps.
        view: camera name.
        image: its entry in the infos.
    """
    return Path(folder, view, f"{image['sample_data_token']}.png")


def write_regions(path: Path, regions: np.ndarray) -> None:
    """Write a region map, whole or not at all.

    Args:
        path: of the PNG.
        regions ((H, W) int): ids from 0.

    Raises:
        ValueError: if the ids do not fit 16 bits.
    """
    if regions.min() < 0 or regions.max() >= MAX_REGIONS:
        raise ValueError(
            f'{path}: the region ids span [{regions.min()}, {regions.max()}], a PNG holds '
            f'[0, {MAX_REGIONS - 1}]')
    kind = np.uint8 if regions.max() < 256 else np.uint16
    write_atomically(path, cv2.imencode('.png', regions.astype(kind))[1].tobytes())


def read_regions(path: str | Path, tool: str = 'superpixels.py') -> np.ndarray:
    """Read a region map.

    Args:
        path: of the PNG.
        tool: of ``tools/preprocess`` that writes such maps, for the message.

    Returns:
        (H, W) uint16: ids.

    Raises:
        FileNotFoundError: if it does not exist.
        ValueError: if it is no single-channel PNG of integers.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(
            f'region map {path} does not exist; write it with tools/preprocess/{tool}, or correct '
            'the folder of the maps')
    regions = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if regions is None or regions.ndim != 2 or regions.dtype not in (np.uint8, np.uint16):
        raise ValueError(
            f'region map {path} is no single-channel PNG of 8 or 16 bits; delete it and run '
            f'tools/preprocess/{tool} again')
    return regions.astype(np.uint16)
