"""Packing the cameras and boxes of a keyframe."""
from __future__ import annotations

from typing import Any

import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmengine.structures import InstanceData

from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.structures import DistillDataSample

from .formatting import META_KEYS, stack_images
from .geometry import lidar2img_matrix


@TRANSFORMS.register_module()
class PackMultiViewInputs(BaseTransform):
    """Pack the images of all cameras, the way back from their pixels, and the boxes.

    Gives ``inputs`` {'imgs': (V, 3, H, W) uint8, 'img2lidar': (V, 4, 4) float32} and
    ``data_samples``, a DistillDataSample with ``gt_instances_3d`` if boxes are loaded.
    ``img2lidar`` maps (u * z, v * z, z, 1) to the LiDAR frame, through all that moved images and
    scene before. ``sample_idx`` is the number of the keyframe in the info file, by which
    mmdet3d's metrics find it.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack one sample.

        Args:
            results: data dict.

        Raises:
            ValueError: if the views differ in size.
        """
        inputs = dict(imgs=stack_images(results), img2lidar=self._invert(results))
        results['img_shape'] = tuple(inputs['imgs'].shape[-2:])
        if 'info_idx' in results:
            results['sample_idx'] = results['info_idx']
        sample = DistillDataSample(
            metainfo={key: results[key] for key in META_KEYS if key in results})
        if 'boxes' in results:
            sample.gt_instances_3d = InstanceData(
                bboxes_3d=torch.from_numpy(results['boxes']),
                labels_3d=torch.from_numpy(results['box_labels']))
        return dict(inputs=inputs, data_samples=sample)

    @staticmethod
    def _invert(results: dict[str, Any]) -> torch.Tensor:
        """Invert the projections in double precision.

        Args:
            results: data dict.

        Returns:
            (V, 4, 4) float32.
        """
        lidar2img = np.tile(np.eye(4), (len(results['view_names']), 1, 1))
        lidar2img[:, :3] = [
            lidar2img_matrix(cam2img, lidar2cam) for cam2img, lidar2cam in zip(
                results['view_cam2img'], results['view_lidar2cam'], strict=True)]
        return torch.from_numpy(np.linalg.inv(lidar2img).astype(np.float32))
