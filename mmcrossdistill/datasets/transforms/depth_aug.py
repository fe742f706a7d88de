"""Augmentation of an image with its depth map, as the depth toolbox does it."""
from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS

from .depth_maps import crop_frame


@TRANSFORMS.register_module()
class RandomRotateFrame(BaseTransform):
    """Rotate image (bilinear) and depth map (nearest) about their centre; corners become 0.

    Args:
        prob ([0, 1]): probability.
        degree (> 0): the angle is uniform in plus and minus this, degrees.
    """

    def __init__(self, prob: float = 0.5, degree: float = 2.5) -> None:
        self.prob = prob
        self.degree = degree

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Rotate one sample.

        Args:
            results: data dict.
        """
        if np.random.rand() >= self.prob:
            return results
        height, width = results['depth_map'].shape
        matrix = cv2.getRotationMatrix2D(
            ((width - 1) / 2, (height - 1) / 2), np.random.uniform(-self.degree, self.degree), 1)
        results['imgs'] = [cv2.warpAffine(results['imgs'][0], matrix, (width, height))]
        results['depth_map'] = cv2.warpAffine(
            results['depth_map'], matrix, (width, height), flags=cv2.INTER_NEAREST)
        return results


@TRANSFORMS.register_module()
class RandomFlipFrame(BaseTransform):
    """Flip image and depth map from left to right.

    Args:
        prob ([0, 1]): probability.
    """

    def __init__(self, prob: float = 0.5) -> None:
        self.prob = prob

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Flip one sample.

        Args:
            results: data dict.
        """
        if np.random.rand() < self.prob:
            results['imgs'] = [results['imgs'][0][:, ::-1]]
            results['depth_map'] = results['depth_map'][:, ::-1]
        return results


@TRANSFORMS.register_module()
class RandomCropFrame(BaseTransform):
    """Cut image and depth map at a random place.

    Args:
        size: (H, W) in pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Cut one sample.

        Args:
            results: data dict.

        Raises:
            ValueError: if the image is smaller.
        """
        room = [max(have - want, 0) for have, want in zip(
            results['depth_map'].shape, self.size, strict=True)]
        top, left = (np.random.randint(0, space + 1) for space in room)
        crop_frame(results, top, left, self.size)
        return results


@TRANSFORMS.register_module()
class RandomColor(BaseTransform):
    """Change gamma, brightness and the balance of the colours.

    The power is taken of the values from 0 to 255, as in the toolbox (AdaBins takes it of 0 to 1),
    so that a gamma of 1.1 also brightens; the result is clipped and stays float32.

    Args:
        prob ([0, 1]): probability.
        gamma: range of the exponent.
        brightness: range of the common factor.
        color: range of the factor of each colour.
    """

    def __init__(
        self,
        prob: float = 0.5,
        gamma: tuple[float, float] = (0.9, 1.1),
        brightness: tuple[float, float] = (0.9, 1.1),
        color: tuple[float, float] = (0.9, 1.1),
    ) -> None:
        self.prob = prob
        self.gamma = gamma
        self.brightness = brightness
        self.color = color

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Change one image.

        Args:
            results: data dict.
        """
        image = results['imgs'][0].astype(np.float32)
        if np.random.rand() < self.prob:
            image = image ** np.float32(np.random.uniform(*self.gamma))
            factors = np.random.uniform(*self.brightness) * np.random.uniform(*self.color, size=3)
            image = np.clip(image * factors.astype(np.float32), 0, 255)
        results['imgs'] = [image]
        return results
