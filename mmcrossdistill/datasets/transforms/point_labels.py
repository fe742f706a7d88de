"""Reading classes of points."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.datasets import nuscenes_classes, semantickitti_classes
from mmcrossdistill.registry import TRANSFORMS

from .label_files import choose_format, find_labels, map_categories

_KEY, _TITLE = 'pts_semantic_mask_path', 'point labels'
# Type of a value in the file, bits of it that are the class, and the default map.
_LABEL_FORMATS = {
    'nuscenes': (np.uint8, 0xFF, nuscenes_classes.LABEL_MAP),
    'semantickitti': (np.uint32, 0xFFFF, semantickitti_classes.LABEL_MAP)}


@TRANSFORMS.register_module()
class LoadPointLabels(BaseTransform):
    """Read the labels of the points and map them to training classes.

    Needs ``points`` as loaded and ``pts_semantic_mask_path``; adds ``point_labels`` (N,) int64.

    Args:
        label_map: class of each raw id, 255 where ignored; by default that of the format:
            nuScenes' 16 or SemanticKITTI's 19 classes.
        label_format: 'nuscenes' (lidarseg's uint8) or 'semantickitti' (uint32, whose upper half
            numbers instances).

    Raises:
        ValueError: if the format is unknown.
    """

    def __init__(self, label_map: Sequence[int] | None = None,
                 label_format: str = 'nuscenes') -> None:
        (self.dtype, self.mask), self.label_map = choose_format(
            label_format, _LABEL_FORMATS, label_map)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the labels of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if the infos have no label path.
            FileNotFoundError: if the file does not exist.
            ValueError: if it does not fit the cloud or the map.
        """
        path = find_labels(results, _KEY, _TITLE,
                           'install lidarseg, then run tools/create_data.py nuscenes')
        raw = np.fromfile(path, dtype=self.dtype) & self.mask
        results['point_labels'] = map_categories(raw, self.label_map, results, path, _TITLE)
        return results
