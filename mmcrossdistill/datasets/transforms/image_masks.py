"""Hiding patches of images."""
from __future__ import annotations

from typing import Any

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.structures import Correspondence, ImageMasks


@TRANSFORMS.register_module()
class MaskImages(BaseTransform):
    """Draw which patches of each view the model does not see; the images stay whole.

    Adds ``masks`` (ImageMasks) and takes the pairs in hidden patches out of ``corr``. It must come
    after every transform that moves images or drops points.
    Source: CMCR (Zhang and Hou, IJCV 2025) 4.3 and 5.1: half of each image. The paper gives no
    size of the patches; the released code hides patches of 16 pixels of the original image, about
    4 after the crop, in half of the images.

    Args:
        patch_size (> 0): pixels.
        share ([0, 1]): of the patches of a masked view.
        prob ([0, 1]): chance that a view is masked at all.

    Raises:
        ValueError: if a setting is out of range.
    """

    def __init__(self, patch_size: int = 16, share: float = 0.5, prob: float = 1.0) -> None:
        if patch_size < 1 or not 0 <= share <= 1 or not 0 <= prob <= 1:
            raise ValueError(
                'MaskImages needs patch_size >= 1 and share and prob in [0, 1], got '
                f'{patch_size}, {share} and {prob}')
        self.patch_size = patch_size
        self.share = share
        self.prob = prob

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Mask the views of one sample.

        Args:
            results: data dict.

        Raises:
            ValueError: if an image is no multiple of the patch.
        """
        height, width = results['imgs'][0].shape[:2]
        if height % self.patch_size or width % self.patch_size:
            raise ValueError(
                f'images of {(height, width)} are no multiple of the patch size {self.patch_size} '
                'of MaskImages; change it, or the size of CropResizeImages')
        grid = (height // self.patch_size, width // self.patch_size)
        patches = np.stack([self._draw(grid) for _ in results['imgs']])
        results['masks'], results['corr'] = ImageMasks.split(
            torch.from_numpy(patches), results.get('corr', Correspondence.empty()),
            (height, width))
        return results

    def _draw(self, grid: tuple[int, int]) -> np.ndarray:
        """Draw the hidden patches of one view.

        Args:
            grid: patches (rows, columns).
        """
        count = grid[0] * grid[1]
        hidden = np.zeros(count, dtype=bool)
        if np.random.rand() < self.prob:
            hidden[np.random.permutation(count)[:round(self.share * count)]] = True
        return hidden.reshape(grid)
