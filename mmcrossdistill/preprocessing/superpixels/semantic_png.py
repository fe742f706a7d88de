"""Regions from label maps that exist already."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from mmcrossdistill.datasets.region_files import read_regions
from mmcrossdistill.utils.optional import require


class SemanticPngReader:
    """Takes label maps as regions.

    Source: SuperFlow takes the semantic ids of OpenSeeD as they are, one region per class.

    Args:
        folder: with ``<camera>/<image name>.png`` or ``<image name>.png``.
        split_components: whether every connected part of a class is a region of its own.

    Raises:
        FileNotFoundError: if the folder does not exist.
    """

    def __init__(self, folder: str | Path, split_components: bool = False) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise FileNotFoundError(f'folder of label maps {folder} (--labels) does not exist')
        self.split_components = split_components

    def __call__(self, image_path: str | Path, view: str) -> np.ndarray:
        """Read the regions of one image.

        Args:
            image_path: of the image.
            view: camera name.

        Returns:
            (H, W) int64: ids from 0.

        Raises:
            FileNotFoundError: if the image has no label map.
        """
        name = f'{Path(image_path).stem}.png'
        places = [self.folder / view / name, self.folder / name]
        found = [place for place in places if place.is_file()]
        if not found:
            raise FileNotFoundError(
                f'image {image_path} has no label map: neither {places[0]} nor {places[1]} exists')
        labels = read_regions(found[0]).astype(np.int64)
        if not self.split_components:
            return labels
        measure = require('skimage.measure', extra='preprocess')
        return measure.label(labels, background=-1, connectivity=1) - 1
