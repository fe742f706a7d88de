"""An image with its depth map: loading, fixed crops and packing."""
from __future__ import annotations

from typing import Any

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.structures import DistillDataSample

from .grey_image import read_grey_image

META_KEYS = ('token', 'condition', 'img_paths', 'img_shape', 'ori_shape')


@TRANSFORMS.register_module()
class LoadDepthMap(BaseTransform):
    """Read a depth image.

    Needs ``imgs`` and ``depth_map_path``; adds ``depth_map`` (H, W) float32 in metres, 0 where
    there is no measurement.

    Args:
        scale: grey values per metre: 256 for KITTI, 1000 for NYU.
    """

    def __init__(self, scale: float) -> None:
        self.scale = scale

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the depth of one sample.

        Args:
            results: data dict.

        Raises:
            FileNotFoundError: if the file does not exist.
            ValueError: if it is no depth image of this image.
        """
        grey = read_grey_image(
            results, 'depth_map_path', 'check data_root and data_prefix.depth')
        results['depth_map'] = grey.astype(np.float32) / self.scale
        return results


def crop_frame(results: dict[str, Any], top: int, left: int, size: tuple[int, int]) -> None:
    """Cut image and depth map alike.

    Args:
        results: data dict, changed in place.
        top: first row.
        left: first column.
        size: (H, W) of the cut.

    Raises:
        ValueError: if the cut does not lie inside the image.
    """
    image = results['imgs'][0]
    bottom, right = top + size[0], left + size[1]
    if min(top, left) < 0 or bottom > image.shape[0] or right > image.shape[1]:
        raise ValueError(
            f'the cut [{top}:{bottom}, {left}:{right}] does not lie inside the image of size '
            f"{image.shape[:2]} ({results.get('token')}); give the crop another size")
    results['imgs'] = [image[top:bottom, left:right]]
    results['depth_map'] = results['depth_map'][top:bottom, left:right]


@TRANSFORMS.register_module()
class CropBottomCenter(BaseTransform):
    """Keep the bottom rows and the middle columns: KITTI's benchmark crop.

    Args:
        size: (H, W) in pixels.
    """

    def __init__(self, size: tuple[int, int] = (352, 1216)) -> None:
        self.size = size

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Cut one sample.

        Args:
            results: data dict.

        Raises:
            ValueError: if the image is smaller.
        """
        height, width = results['imgs'][0].shape[:2]
        crop_frame(results, height - self.size[0], (width - self.size[1]) // 2, self.size)
        return results


@TRANSFORMS.register_module()
class CropBox(BaseTransform):
    """Keep a fixed box: NYU's images have a white border.

    Args:
        rows: first and last row, the latter exclusive.
        columns: first and last column, the latter exclusive.
    """

    def __init__(self, rows: tuple[int, int] = (45, 472),
                 columns: tuple[int, int] = (43, 608)) -> None:
        self.rows = rows
        self.columns = columns

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Cut one sample.

        Args:
            results: data dict.

        Raises:
            ValueError: if the box does not lie inside the image.
        """
        crop_frame(results, self.rows[0], self.columns[0],
                   (self.rows[1] - self.rows[0], self.columns[1] - self.columns[0]))
        return results


@TRANSFORMS.register_module()
class PackDepthInputs(BaseTransform):
    """Pack an image and its depth map.

    Gives ``inputs`` (3, H, W) and ``data_samples``, a DistillDataSample with ``depth_map``.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack one sample.

        Args:
            results: data dict.
        """
        image = np.ascontiguousarray(results['imgs'][0].transpose(2, 0, 1))
        results['img_shape'] = image.shape[1:]
        sample = DistillDataSample(
            metainfo={key: results[key] for key in META_KEYS if key in results})
        sample.depth_map = torch.from_numpy(np.ascontiguousarray(results['depth_map']))
        return dict(inputs=torch.from_numpy(image), data_samples=sample)
