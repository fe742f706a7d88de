"""Regions (superpixels, segments) of the images."""
from __future__ import annotations

from typing import Any

from mmcv.transforms import BaseTransform

from mmcrossdistill.datasets.region_files import read_regions
from mmcrossdistill.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadSuperpixels(BaseTransform):
    """Read the region map of every view.

    Needs ``imgs`` as loaded (LoadImages) and ``images``, whose ``region_path`` comes from the
    dataset's ``region_folder``; adds ``region_maps``, a list of (H, W) uint16. Resizing, cropping
    and flipping the images moves the maps along; PackDistillInputs gives every pair the region of
    its pixel.
    Source: SLidR reads superpixels from PNG files and moves them with the images.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the maps of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if the dataset names no folder.
            ValueError: if a map does not fit its image.
        """
        maps = []
        for view, picture in zip(results['view_names'], results['imgs'], strict=True):
            image = results['images'][view]
            if 'region_path' not in image:
                raise KeyError(
                    "LoadSuperpixels needs region_folder of the dataset, e.g. "
                    "region_folder='superpixels/slic'; tools/preprocess/superpixels.py writes it")
            regions = read_regions(image['region_path'])
            if regions.shape != picture.shape[:2]:
                raise ValueError(
                    f"region map {image['region_path']} has the size {regions.shape}, its image "
                    f"{image['img_path']} {picture.shape[:2]}; put LoadSuperpixels right after "
                    'LoadImages, or write the maps again')
            maps.append(regions)
        results['region_maps'] = maps
        return results
