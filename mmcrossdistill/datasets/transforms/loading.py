"""Reading points, point labels and images."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.datasets import nuscenes_classes, semantickitti_classes
from mmcrossdistill.registry import TRANSFORMS

# Type of a value in the file, bits of it that are the class, and the default map.
_LABEL_FORMATS = {
    'nuscenes': (np.uint8, 0xFF, nuscenes_classes.LABEL_MAP),
    'semantickitti': (np.uint32, 0xFFFF, semantickitti_classes.LABEL_MAP)}


def read_points(path: str | Path, num_feats: int) -> np.ndarray:
    """Read a float32 cloud.

    Args:
        path: of the file.
        num_feats: values per point in the file.

    Returns:
        (N, 4) float32: x, y, z, intensity.

    Raises:
        FileNotFoundError: if the file does not exist.
        ValueError: if its size is no multiple of a point's, or it holds no or NaN points.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f'point cloud {path} (lidar_points.lidar_path) does not exist; check data_root '
            'and data_prefix.pts, or rebuild the infos with tools/create_data.py')
    size = path.stat().st_size
    if size == 0 or size % (4 * num_feats):
        raise ValueError(
            f'point cloud {path} has {size} bytes, not a positive multiple of {4 * num_feats} '
            f'(num_pts_feats={num_feats} float32): the file is truncated or has another '
            'layout; copy it again')
    points = np.fromfile(path, dtype=np.float32).reshape(-1, num_feats)[:, :4]
    finite = np.isfinite(points)
    if not finite.all():
        raise ValueError(
            f'point cloud {path} has {int((~finite.all(axis=1)).sum())} points that are NaN '
            'or infinite; remove them from the file')
    return np.ascontiguousarray(points)


@TRANSFORMS.register_module()
class LoadPoints(BaseTransform):
    """Read a float32 cloud and keep x, y, z, intensity; the intensity keeps its raw scale.

    Needs ``lidar_points`` with ``lidar_path`` and ``num_pts_feats``; adds ``points`` (N, 4)
    float32.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the cloud of one sample.

        Args:
            results: data dict.
        """
        lidar = results['lidar_points']
        results['points'] = read_points(lidar['lidar_path'], lidar['num_pts_feats'])
        return results


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
        if label_format not in _LABEL_FORMATS:
            raise ValueError(
                f'label_format={label_format!r} is not one of {tuple(_LABEL_FORMATS)}')
        self.dtype, self.mask, default = _LABEL_FORMATS[label_format]
        self.label_map = np.asarray(default if label_map is None else label_map, dtype=np.int64)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the labels of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if the infos have no label path.
            FileNotFoundError: if the file does not exist.
            ValueError: if it does not fit the cloud or the map.
        """
        if 'pts_semantic_mask_path' not in results:
            raise KeyError(
                f"sample {results.get('token')} has no 'pts_semantic_mask_path'; the infos were "
                'built without lidarseg: install it, then run tools/create_data.py nuscenes')
        path = Path(results['pts_semantic_mask_path'])
        if not path.is_file():
            raise FileNotFoundError(
                f'point labels {path} (pts_semantic_mask_path) do not exist; check '
                'data_prefix.pts_semantic_mask')
        raw = np.fromfile(path, dtype=self.dtype) & self.mask
        if len(raw) != len(results['points']):
            raise ValueError(
                f"point labels {path} hold {len(raw)} values, the cloud has "
                f"{len(results['points'])} points; put LoadPointLabels right after LoadPoints")
        if len(raw) and raw.max() >= len(self.label_map):
            raise ValueError(
                f'point labels {path} hold the id {raw.max()}, label_map has '
                f'{len(self.label_map)} entries')
        results['point_labels'] = self.label_map[raw]
        return results


@TRANSFORMS.register_module()
class LoadImages(BaseTransform):
    """Decode the selected views.

    Needs ``view_names`` and ``images``; adds ``imgs`` (list of (H, W, 3) uint8 RGB), ``img_paths``
    and ``ori_shape`` (H, W) of the first view.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Decode the images of one sample.

        Args:
            results: data dict.

        Raises:
            FileNotFoundError: if an image does not exist.
            ValueError: if an image cannot be decoded.
        """
        paths = [results['images'][view]['img_path'] for view in results['view_names']]
        results['imgs'] = [self._read(path, view)
                           for path, view in zip(paths, results['view_names'], strict=True)]
        results['img_paths'] = paths
        results['ori_shape'] = results['imgs'][0].shape[:2]
        return results

    @staticmethod
    def _read(path: str, view: str) -> np.ndarray:
        """Decode one image.

        Args:
            path: of the file.
            view: camera name, for the message.
        """
        if not Path(path).is_file():
            raise FileNotFoundError(
                f'image {path} (images.{view}.img_path) does not exist; check data_root and '
                f'data_prefix.{view}')
        image = cv2.imread(path, cv2.IMREAD_COLOR)
        if image is None:
            raise ValueError(f'image {path} (images.{view}.img_path) cannot be decoded; '
                             'copy the file again')
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
