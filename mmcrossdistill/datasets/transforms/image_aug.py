"""Resizing, cropping and flipping images; pairs, intrinsics, regions and labels move along."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import torch
from mmcv.transforms import BaseTransform
from torch import Tensor

from mmcrossdistill.registry import TRANSFORMS


def resize_image(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resize bilinearly with half-pixel centres and without antialiasing.

    Source: the torchvision that SLidR and ScaLR trained with resized tensors without antialiasing.

    Args:
        image ((H, W, 3) uint8): image.
        size: (H, W) of the result.
    """
    if image.shape[:2] == tuple(size):
        return image
    return cv2.resize(image, (size[1], size[0]), interpolation=cv2.INTER_LINEAR)


def move_pixels(
    results: dict[str, Any], view: int, function: Callable[[Tensor], Tensor],
    size: tuple[int, int],
) -> None:
    """Move the pairs of one view and drop those that leave the image.

    Args:
        results: data dict, changed in place; nothing happens without ``corr``.
        view: row of ``imgs``.
        function: maps (K, 2) float32 pixels to pixels.
        size: (H, W) of the new image.
    """
    if 'corr' not in results:
        return
    corr = results['corr']
    own = corr.view_idx == view
    uv = corr.pixel_uv.clone()
    uv[own] = function(uv[own])
    corr.pixel_uv = uv
    limit = uv.new_tensor([size[1], size[0]])
    inside = ((uv >= 0) & (uv < limit)).all(dim=1) | ~own
    results['corr'] = corr if bool(inside.all()) else corr.select(inside)


def move_intrinsics(results: dict[str, Any], view: int, matrix: np.ndarray) -> None:
    """Apply an image-plane map to the intrinsics of one view.

    Args:
        results: data dict, changed in place.
        view: row of ``imgs``.
        matrix ((3, 3) float): maps old to new homogeneous pixels.
    """
    if 'view_cam2img' in results:
        results['view_cam2img'] = results['view_cam2img'].copy()
        results['view_cam2img'][view] = matrix @ results['view_cam2img'][view]


def move_maps(
    results: dict[str, Any], view: int, function: Callable[[np.ndarray], np.ndarray],
) -> None:
    """Move what gives each pixel of one view an id: regions, classes.

    Args:
        results: data dict, changed in place.
        view: row of ``imgs``.
        function: maps (H, W) integers to those of the new image.
    """
    for key in ('region_maps', 'label_maps'):
        if key in results:
            results[key][view] = function(results[key][view])


def crop_and_resize(
    results: dict[str, Any], view: int, box: tuple[int, int, int, int], size: tuple[int, int],
) -> None:
    """Crop one view and resize the crop; pairs, intrinsics, regions and labels follow.

    The crop is taken on the uint8 image before the resize, so only the result is interpolated.
    Ids are resized to the nearest pixel as torch's 'nearest' does, which SLidR uses.

    Args:
        results: data dict, changed in place.
        view: row of ``imgs``.
        box: (top, left, height, width) of the crop, pixels.
        size: (H, W) of the result.
    """
    top, left, height, width = box
    image = results['imgs'][view][top:top + height, left:left + width]
    results['imgs'][view] = resize_image(image, size)
    move_maps(results, view, lambda ids: cv2.resize(
        ids[top:top + height, left:left + width], (size[1], size[0]),
        interpolation=cv2.INTER_NEAREST))
    offset = torch.tensor([float(left), float(top)])
    scale_u, scale_v = size[1] / width, size[0] / height
    scale = torch.tensor([scale_u, scale_v])
    move_pixels(results, view, lambda uv: (uv - offset) * scale, size)
    move_intrinsics(results, view, np.array(
        [[scale_u, 0, -left * scale_u], [0, scale_v, -top * scale_v], [0, 0, 1]]))


def draw_crop(
    image_size: tuple[int, int], scale: tuple[float, float], ratio: tuple[float, float],
) -> tuple[int, int, int, int]:
    """Draw a crop as torchvision's RandomResizedCrop does.

    Args:
        image_size: (H, W) of the image, pixels.
        scale: bounds of the crop's share of the image area.
        ratio: bounds of width / height.

    Returns:
        (top, left, height, width), pixels.
    """
    image_height, image_width = image_size
    for _ in range(10):
        area = image_height * image_width * np.random.uniform(*scale)
        aspect = np.exp(np.random.uniform(*np.log(ratio)))
        width, height = round(np.sqrt(area * aspect)), round(np.sqrt(area / aspect))
        if 0 < width <= image_width and 0 < height <= image_height:
            top = np.random.randint(image_height - height + 1)
            left = np.random.randint(image_width - width + 1)
            return top, left, height, width
    aspect = np.clip(image_width / image_height, *ratio)
    width = min(image_width, round(image_height * aspect))
    height = min(image_height, round(image_width / aspect))
    return (image_height - height) // 2, (image_width - width) // 2, height, width


@TRANSFORMS.register_module()
class ResizeImages(BaseTransform):
    """Resize every view as a whole.

    Args:
        size: (H, W) in pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = tuple(size)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Resize the views of one sample.

        Args:
            results: data dict.
        """
        for view, image in enumerate(results['imgs']):
            crop_and_resize(results, view, (0, 0, *image.shape[:2]), self.size)
        return results


@TRANSFORMS.register_module()
class CropResizeImages(BaseTransform):
    """Resize a random crop of every view.

    The crop is drawn as torchvision's RandomResizedCrop does, and drawn again until enough of the
    view's pairs remain. SLidR has no limit of draws and hangs on a view without pairs; here such a
    view takes the first crop, and after ``max_draws`` the last crop is taken.
    Source: SLidR: scale 0.3-1, ratio 14/9-17/9, 224x416, more than 1024 pairs or more than 75 %.

    Args:
        size: (H, W) of the result, pixels.
        scale: bounds of the crop's share of the image area.
        ratio: bounds of width / height.
        min_pairs: a crop is taken when more pairs than this remain ...
        min_pair_share: ... or more than this share of the view's pairs.
        max_draws: most draws per view.
    """

    def __init__(
        self,
        size: tuple[int, int],
        scale: tuple[float, float] = (0.3, 1.0),
        ratio: tuple[float, float] = (14 / 9, 17 / 9),
        min_pairs: int = 1024,
        min_pair_share: float = 0.75,
        max_draws: int = 100,
    ) -> None:
        self.size = tuple(size)
        self.scale = scale
        self.ratio = ratio
        self.min_pairs = min_pairs
        self.min_pair_share = min_pair_share
        self.max_draws = max_draws

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Crop and resize the views of one sample.

        Args:
            results: data dict.
        """
        for view, image in enumerate(results['imgs']):
            uv = np.zeros((0, 2), dtype=np.float32)
            if 'corr' in results:
                corr = results['corr']
                uv = corr.pixel_uv[corr.view_idx == view].numpy()
            for _ in range(self.max_draws):
                box = draw_crop(image.shape[:2], self.scale, self.ratio)
                if self._keeps_enough(uv, box):
                    break
            crop_and_resize(results, view, box, self.size)
        return results

    def _keeps_enough(self, uv: np.ndarray, box: tuple[int, int, int, int]) -> bool:
        """Tell whether a crop keeps enough pairs.

        Args:
            uv ((K, 2) float32): pixels of the view's pairs.
            box: (top, left, height, width).
        """
        top, left, height, width = box
        inside = ((uv >= (left, top)) & (uv < (left + width, top + height))).all(axis=1).sum()
        return len(uv) == 0 or inside > self.min_pairs or inside > self.min_pair_share * len(uv)


@TRANSFORMS.register_module()
class RandomFlipImages(BaseTransform):
    """Mirror each view left to right.

    Args:
        prob: chance of each view.
    """

    def __init__(self, prob: float = 0.5) -> None:
        self.prob = prob

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Flip the views of one sample.

        Args:
            results: data dict.
        """
        for view, image in enumerate(results['imgs']):
            if np.random.rand() >= self.prob:
                continue
            results['imgs'][view] = image[:, ::-1]
            move_maps(results, view, lambda ids: ids[:, ::-1])
            width = image.shape[1]
            move_pixels(results, view, lambda uv, width=width: self._mirror(uv, width),
                        image.shape[:2])
            move_intrinsics(
                results, view, np.array([[-1.0, 0, width], [0, 1, 0], [0, 0, 1]]))
        return results

    @staticmethod
    def _mirror(uv: Tensor, width: int) -> Tensor:
        """Mirror pixels so that pixel column c always becomes width - 1 - c.

        A pair on the very left edge of its pixel would otherwise change to the next column.

        Args:
            uv ((K, 2) float32): pixels.
            width: of the image, pixels.
        """
        last = torch.nextafter(width - uv[:, 0].floor(), uv.new_tensor(0.0))
        return torch.stack([torch.minimum(width - uv[:, 0], last), uv[:, 1]], dim=1)
