"""Leaving out the points that nobody labelled."""
from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.datasets.transforms.geometry import lidar2img_matrix, project_points
from mmcrossdistill.registry import TRANSFORMS


@TRANSFORMS.register_module()
class CropPointsToImage(BaseTransform):
    """Keep the points that a camera sees, as KITTI's labels end at the borders of one image.

    Takes the place of mmdet3d's copies of the clouds (``velodyne_reduced``).

    Args:
        camera: key of the image that was labelled.
    """

    def __init__(self, camera: str = 'CAM2') -> None:
        self.camera = camera

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Drop the other points.

        Args:
            results: data dict with mmdet3d's ``points``, and ``images`` of the infos.

        Raises:
            ValueError: if no point is left.
        """
        image = results['images'][self.camera]
        matrix = lidar2img_matrix(
            np.array(image['cam2img'])[:3, :3], np.array(image['lidar2cam']))
        index, _, _ = project_points(
            results['points'].tensor.numpy(), matrix, (image['height'], image['width']),
            min_depth=0.0, border='inside')
        if not len(index):
            raise ValueError(
                f"{results['lidar_points']['lidar_path']}: none of {len(results['points'])} "
                f'points is in the image of {self.camera}; extract the cloud and its calibration '
                'again, or leave the frame out of ImageSets')
        results['points'] = results['points'][index]
        return results
