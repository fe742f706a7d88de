"""Zooming, cropping and flipping all views of a sample alike."""
from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS

from .image_aug import move_intrinsics, move_maps, move_pixels


def zoom_image(
    image: np.ndarray, size: tuple[int, int], zoom: float, corner: tuple[float, float],
    interpolation: int = cv2.INTER_LINEAR,
) -> np.ndarray:
    """Scale an image about its upper left corner and cut a window; black where there is no image.

    Args:
        image ((H, W) or (H, W, 3)): image.
        size: (H, W) of the window, pixels.
        zoom (> 0): factor.
        corner: top, left of the window in the scaled image, pixels.
        interpolation: of OpenCV.
    """
    # OpenCV counts from the centre of the first pixel, cameras from its corner.
    shift = (zoom - 1) / 2
    matrix = np.array([[zoom, 0, shift - corner[1]], [0, zoom, shift - corner[0]]])
    return cv2.warpAffine(image, matrix, (size[1], size[0]), flags=interpolation)


@TRANSFORMS.register_module()
class ZoomCropImages(BaseTransform):
    """Zoom all views of a sample by one factor, keep the lower edge, cut the width, flip.

    Without ``zoom_range`` the factor is the least that fills the window and the cut is in the
    middle, for tests. With it, the factor and the place of the cut are drawn; where the zoomed
    image is smaller than the window, the right (or upper) rest stays black.
    Source: PETR's image augmentation.

    Args:
        size: (H, W) of the result, pixels.
        zoom_range: bounds of the factor; ``None`` for tests.
        flip_prob ([0, 1]): chance that all views are mirrored.
    """

    def __init__(self, size: tuple[int, int], zoom_range: tuple[float, float] | None = None,
                 flip_prob: float = 0.0) -> None:
        self.size = tuple(size)
        self.zoom_range = zoom_range
        self.flip_prob = flip_prob

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Zoom the views of one sample.

        Args:
            results: data dict.
        """
        share, is_flipped = 0.5, False
        zoom = None
        if self.zoom_range is not None:
            zoom, share = np.random.uniform(*self.zoom_range), np.random.rand()
            is_flipped = np.random.rand() < self.flip_prob
        for view in range(len(results['imgs'])):
            self._zoom_view(results, view, zoom, share, is_flipped)
        return results

    def _zoom_view(self, results: dict[str, Any], view: int, zoom: float | None, share: float,
                   is_flipped: bool) -> None:
        """Zoom one view; pairs, intrinsics and maps follow.

        Args:
            results: data dict, changed in place.
            view: row of ``imgs``.
            zoom: factor; ``None`` for the least that fills the window.
            share: of the width that can be cut, what is cut on the left.
            is_flipped: whether to mirror.
        """
        image = results['imgs'][view]
        height, width = image.shape[:2]
        if zoom is None:
            zoom = max(self.size[0] / height, self.size[1] / width)
        top = zoom * height - self.size[0]
        left = share * max(zoom * width - self.size[1], 0.0)
        sign, offset = (-1.0, self.size[1] + left) if is_flipped else (1.0, -left)

        def move(picture: np.ndarray, interpolation: int) -> np.ndarray:
            moved = zoom_image(picture, self.size, zoom, (top, left), interpolation)
            return moved[:, ::-1] if is_flipped else moved

        results['imgs'][view] = move(image, cv2.INTER_LINEAR)
        move_maps(results, view, lambda ids: move(ids, cv2.INTER_NEAREST))
        scale, shift = torch.tensor([sign * zoom, zoom]), torch.tensor([offset, -top])
        move_pixels(results, view, lambda uv: uv * scale + shift, self.size)
        move_intrinsics(results, view, np.array(
            [[sign * zoom, 0, offset], [0, zoom, -top], [0, 0, 1]]))
