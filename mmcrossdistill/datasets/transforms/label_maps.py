"""Dense labels of an image as labelled pixels."""
from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.structures import Correspondence

from .grey_image import read_grey_image


@TRANSFORMS.register_module()
class LoadLabelMap(BaseTransform):
    """Read a label image.

    Needs ``imgs`` and ``label_map_path``; adds ``label_map`` (H, W) uint8.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the labels of one image.

        Args:
            results: data dict.

        Raises:
            FileNotFoundError: if the file does not exist.
            ValueError: if it is no label image of this image.
        """
        results['label_map'] = read_grey_image(
            results, 'label_map_path', 'delete it and write it again with tools/create_data.py')
        return results


@TRANSFORMS.register_module()
class PairLabelledPixels(BaseTransform):
    """Resize the labels to the image (nearest) and make a pair of each labelled pixel.

    The pairs have no point behind them: ``point_idx`` is 0 and the cloud is empty. Probes of
    images read them as they read the projected labels of LiDAR points.

    Args:
        ignore_index: label without meaning, which gets no pair.
    """

    def __init__(self, ignore_index: int = 255) -> None:
        self.ignore_index = ignore_index

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Make the pairs of one image.

        Args:
            results: data dict.
        """
        height, width = results['imgs'][0].shape[:2]
        labels = cv2.resize(
            results['label_map'], (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
        rows, columns = np.nonzero(labels != self.ignore_index)
        index = torch.zeros(len(rows), dtype=torch.int64)
        results['points'] = np.zeros((0, 4), np.float32)
        results['corr'] = Correspondence(
            index, index.clone(),
            torch.from_numpy(np.stack([columns, rows], axis=1).astype(np.float32) + 0.5),
            label=torch.from_numpy(labels[rows, columns].astype(np.int64)))
        return results
