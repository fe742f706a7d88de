"""Reading classes and objects of points."""
from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.datasets import nuscenes_classes, semantickitti_classes
from mmcrossdistill.registry import TRANSFORMS

from .label_files import choose_format, find_labels, map_categories

_TITLE = 'panoptic labels'
# Key of the file, and the default map, of each format.
_FORMATS = {
    'nuscenes': ('pts_panoptic_mask_path', nuscenes_classes.LABEL_MAP),
    'semantickitti': ('pts_semantic_mask_path', semantickitti_classes.LABEL_MAP)}
_CATEGORY_SIZE = 1000  # nuScenes: value = category * 1000 + number of the object


@TRANSFORMS.register_module()
class LoadPanopticLabels(BaseTransform):
    """Read which class and which object each point belongs to.

    Needs ``points`` as loaded and the path of the labels; adds ``point_labels`` (N,) int64, as
    LoadPointLabels does, and ``point_instances`` (N,) int64: the raw value of the file where it
    numbers an object, else minus the raw category. So the pair of class and instance tells the
    segments of a cloud apart exactly as the evaluators of both data sets do, which count points of
    one class and two categories as two segments.

    Args:
        label_map: class of each raw category, 255 where ignored; by default that of the format:
            nuScenes' 16 or SemanticKITTI's 19 classes.
        label_format: 'nuscenes' (``data`` of an npz file, category * 1000 + number) or
            'semantickitti' (uint32: the number in the upper, the category in the lower half).

    Raises:
        ValueError: if the format is unknown.
    """

    def __init__(self, label_map: Sequence[int] | None = None,
                 label_format: str = 'nuscenes') -> None:
        (self.key,), self.label_map = choose_format(label_format, _FORMATS, label_map)
        self.label_format = label_format

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the labels of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if the infos have no label path.
            FileNotFoundError: if the file does not exist.
            ValueError: if it is damaged, or does not fit the cloud or the map.
        """
        path = find_labels(results, self.key, _TITLE, 'install them (Panoptic nuScenes), then run '
                                                      'tools/create_data.py')
        raw = self._read(path)
        if self.label_format == 'nuscenes':
            category, number = raw // _CATEGORY_SIZE, raw % _CATEGORY_SIZE
        else:
            category, number = raw & 0xFFFF, raw >> 16
        results['point_labels'] = map_categories(category, self.label_map, results, path, _TITLE)
        results['point_instances'] = np.where(number > 0, raw, -category)
        return results

    def _read(self, path: Path) -> np.ndarray:
        """Read the raw values.

        Args:
            path: of the file.

        Returns:
            (N,) int64: one value per point.

        Raises:
            ValueError: if the file is damaged.
        """
        if self.label_format == 'semantickitti':
            return np.fromfile(path, dtype=np.uint32).astype(np.int64)
        try:
            with np.load(path) as packed:
                return packed['data'].astype(np.int64)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(
                f"panoptic labels {path} ({self.key}) are no npz file with 'data': {error}; copy "
                'the file again') from error
