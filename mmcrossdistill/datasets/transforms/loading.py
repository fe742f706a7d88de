"""Reading points and images."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS


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
