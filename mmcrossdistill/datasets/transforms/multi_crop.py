"""Global crops, local crops and masks of an image, for self-distillation."""
from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.structures import DistillDataSample

from .color_aug import distort_colors
from .formatting import META_KEYS
from .image_aug import draw_crop

# Blur and solarisation of the first and second global crop, and of local crops (DINO, BYOL).
_GLOBAL_DISTORTIONS = ((1.0, 0.0), (0.1, 0.2))
_LOCAL_DISTORTION = (0.5, 0.0)


@TRANSFORMS.register_module()
class MultiCropImages(BaseTransform):
    """Cut two global and several local crops out of one view, each with colours of its own.

    Adds ``global_crops`` and ``local_crops``, lists of (H, W, 3) uint8 RGB. Crops that shrink are
    resized by area, the others bicubically (torchvision's bicubic with antialiasing in DINOv2).
    Source: DINO (Caron et al. 2021), section 3.1; sizes and scales are DINOv2's.

    Args:
        global_size: (H, W) of the global crops, pixels.
        local_size: (H, W) of the local crops, pixels.
        num_locals: L.
        global_scale: bounds of a global crop's share of the image area.
        local_scale: bounds of a local crop's share.
        ratio: bounds of width / height.
    """

    def __init__(
        self,
        global_size: tuple[int, int] = (224, 224),
        local_size: tuple[int, int] = (98, 98),
        num_locals: int = 8,
        global_scale: tuple[float, float] = (0.32, 1.0),
        local_scale: tuple[float, float] = (0.05, 0.32),
        ratio: tuple[float, float] = (3 / 4, 4 / 3),
    ) -> None:
        self.global_size = tuple(global_size)
        self.local_size = tuple(local_size)
        self.num_locals = num_locals
        self.global_scale = global_scale
        self.local_scale = local_scale
        self.ratio = ratio

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Cut the crops of one sample.

        Args:
            results: data dict.

        Raises:
            ValueError: if the sample has not exactly one view.
        """
        if len(results['imgs']) != 1:
            raise ValueError(
                f"sample {results.get('token')} has {len(results['imgs'])} views; crops are those "
                'of one image: add SelectViews(num_views=1)')
        image = results['imgs'][0]
        results['global_crops'] = [
            distort_colors(self._crop(image, self.global_size, self.global_scale), *chances)
            for chances in _GLOBAL_DISTORTIONS]
        results['local_crops'] = [
            distort_colors(
                self._crop(image, self.local_size, self.local_scale), *_LOCAL_DISTORTION)
            for _ in range(self.num_locals)]
        return results

    def _crop(self, image: np.ndarray, size: tuple[int, int],
              scale: tuple[float, float]) -> np.ndarray:
        """Cut a random crop, mirrored half of the time.

        Args:
            image ((H, W, 3) uint8): RGB.
            size: (H, W) of the result.
            scale: bounds of its share of the area.
        """
        top, left, height, width = draw_crop(image.shape[:2], scale, self.ratio)
        shrinks = height > size[0] or width > size[1]
        crop = cv2.resize(
            image[top:top + height, left:left + width], (size[1], size[0]),
            interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
        return np.ascontiguousarray(crop[:, ::-1]) if np.random.rand() < 0.5 else crop


@TRANSFORMS.register_module()
class MaskGlobalCrops(BaseTransform):
    """Draw which patches of each global crop the student does not see.

    Adds ``masks`` (G, rows, columns) bool: rectangular blocks up to a drawn share of the patches.
    Each crop draws its own chance and share; DINOv2 deals exactly half of a batch's crops and
    evenly spread shares, which takes the whole batch.
    Source: iBOT (Zhou et al. 2022), section 4.1; blocks are those of BEiT; values are DINOv2's.

    Args:
        patch_size: of the encoder, pixels.
        prob ([0, 1]): chance that a crop has a mask.
        share: bounds of the masked share of such a crop.
    """

    def __init__(self, patch_size: int = 14, prob: float = 0.5,
                 share: tuple[float, float] = (0.1, 0.5)) -> None:
        self.patch_size = patch_size
        self.prob = prob
        self.share = share

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Draw the masks of one sample.

        Args:
            results: data dict.

        Raises:
            ValueError: if the crops are no multiple of the patch.
        """
        height, width = results['global_crops'][0].shape[:2]
        if height % self.patch_size or width % self.patch_size:
            raise ValueError(
                f'global crops of {(height, width)} are no multiple of the patch size '
                f'{self.patch_size}; change MultiCropImages.global_size')
        grid = (height // self.patch_size, width // self.patch_size)
        results['masks'] = np.stack([self._draw(grid) for _ in results['global_crops']])
        return results

    def _draw(self, grid: tuple[int, int]) -> np.ndarray:
        """Draw the mask of one crop.

        Args:
            grid: patches (rows, columns).
        """
        if np.random.rand() >= self.prob:
            return np.zeros(grid, dtype=bool)
        return draw_block_mask(grid, int(grid[0] * grid[1] * np.random.uniform(*self.share)))


def draw_block_mask(grid: tuple[int, int], num_masked: int, min_block: int = 4,
                    max_aspect: float = 10 / 3, attempts: int = 10) -> np.ndarray:
    """Cover a grid with random rectangles until enough cells are covered.

    Args:
        grid: (rows, columns).
        num_masked: cells to cover; fewer are, where no further rectangle fits.
        min_block: smallest area of a rectangle, cells.
        max_aspect (>= 1): largest ratio of its sides.
        attempts: draws of a rectangle before giving up.

    Returns:
        (rows, columns) bool: True where covered; never more than ``num_masked``.
    """
    rows, columns = grid
    mask = np.zeros(grid, dtype=bool)
    failed = 0
    while (left := num_masked - int(mask.sum())) > 0 and failed < attempts:
        area = np.random.uniform(min_block, max(min_block, left))
        aspect = np.exp(np.random.uniform(-1, 1) * np.log(max_aspect))
        height, width = round(np.sqrt(area * aspect)), round(np.sqrt(area / aspect))
        failed += 1
        if not (0 < height < rows and 0 < width < columns):
            continue
        top = np.random.randint(rows - height + 1)
        start = np.random.randint(columns - width + 1)
        block = mask[top:top + height, start:start + width]
        if 0 < block.size - block.sum() <= left:
            block[:] = True
            failed = 0
    return mask


@TRANSFORMS.register_module()
class PackMultiCropInputs(BaseTransform):
    """Pack crops and masks of one image."""

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack.

        Args:
            results: data dict.

        Returns:
            ``inputs`` {'global_crops': (G, 3, H, W) uint8, 'local_crops': (L, 3, h, w) uint8,
            'masks': (G, rows, columns) bool} and ``data_samples``, a DistillDataSample.
        """
        inputs = {
            key: torch.from_numpy(np.stack(results[key]).transpose(0, 3, 1, 2).copy())
            for key in ('global_crops', 'local_crops')}
        inputs['masks'] = torch.from_numpy(results['masks'])
        sample = DistillDataSample(
            metainfo={key: results[key] for key in META_KEYS if key in results})
        return dict(inputs=inputs, data_samples=sample)
