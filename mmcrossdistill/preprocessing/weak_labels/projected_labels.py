"""The labels of a keyframe's LiDAR points, where the cameras see them."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmcrossdistill.datasets.label_tables import IGNORE_INDEX
from mmcrossdistill.datasets.transforms.geometry import lidar2img_matrix, project_points
from mmcrossdistill.datasets.transforms.loading import LoadPoints
from mmcrossdistill.datasets.transforms.point_labels import LoadPointLabels


@dataclass(frozen=True)
class PointsInImage:
    """Points that a camera sees, hidden ones included, as the pairs of the methods have them.

    Args:
        pixel_rc ((M, 2) int64): row and column.
        label ((M,) int64): class of nuScenes, 255 where ignored or not labelled.
    """

    pixel_rc: np.ndarray
    label: np.ndarray

    def read(self, labels: np.ndarray) -> np.ndarray:
        """Look the points up in a map.

        Args:
            labels ((H, W) int): of the image.

        Returns:
            (M,) int: values of the map.
        """
        return labels[self.pixel_rc[:, 0], self.pixel_rc[:, 1]]


def project_keyframe(info: Mapping[str, Any], with_labels: bool) -> dict[str, PointsInImage]:
    """Project the cloud of a keyframe into its cameras.

    Source: SLidR and OLIVINE: depth above 1 m, the image without its border, no test of occlusion.

    Args:
        info: item of a dataset.
        with_labels: whether to read the lidarseg labels.

    Returns:
        Camera name to points.
    """
    results = LoadPoints().transform(dict(info))
    points = results['points']
    if with_labels:
        label = LoadPointLabels().transform(results)['point_labels']
    else:
        label = np.full(len(points), IGNORE_INDEX, dtype=np.int64)
    found = {}
    for view, image in info['images'].items():
        matrix = lidar2img_matrix(
            np.asarray(image['cam2img'])[:3, :3], np.asarray(image['lidar2cam']))
        index, uv, _ = project_points(points, matrix, (image['height'], image['width']))
        found[view] = PointsInImage(np.floor(uv[:, ::-1]).astype(np.int64), label[index])
    return found
