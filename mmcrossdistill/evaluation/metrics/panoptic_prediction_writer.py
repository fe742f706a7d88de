"""Predicted objects of points in the files that the official evaluators and servers read."""
from __future__ import annotations

import io
from typing import Any

import numpy as np

from mmcrossdistill.registry import METRICS

from .point_prediction_writer import PointPredictionWriter

_MOST_OBJECTS = 999  # of one class in one cloud, nuScenes


@METRICS.register_module()
class PanopticPredictionWriter(PointPredictionWriter):
    """Write ``pred_point_labels`` and ``pred_point_instances`` of each sample.

    nuScenes: ``panoptic/<eval_set>/<LiDAR token>_panoptic.npz`` (``data``, uint16: 1000 times the
    class, counted from 1, plus the object) and ``<eval_set>/submission.json``. SemanticKITTI:
    ``sequences/<sequence>/predictions/<scan>.label`` (uint32: the object in the upper half, the
    raw id of the class in the lower one). Objects are numbered from 1, the others are 0. The
    arguments are those of :class:`PointPredictionWriter`.
    """

    meta = dict(task='segmentation')

    def nuscenes_file(self, sample: dict[str, Any]) -> tuple[str, bytes]:
        """Make the file of a sample for nuScenes.

        Args:
            sample: with predictions.

        Returns:
            Name and content.

        Raises:
            ValueError: if there are more objects than the format can number.
        """
        labels, instances = (sample[key].cpu().numpy()
                             for key in ('pred_point_labels', 'pred_point_instances'))
        if instances.max(initial=0) > _MOST_OBJECTS:
            raise ValueError(
                f"sample {sample.get('token')} has an object {instances.max()}, the format of "
                f'nuScenes ends at {_MOST_OBJECTS}; lower model.grouping.top_k')
        packed = io.BytesIO()
        np.savez_compressed(packed, data=((labels + 1) * 1000 + instances).astype(np.uint16))
        return (f"panoptic/{self.eval_set}/{sample['lidar_token']}_panoptic.npz",
                packed.getvalue())

    def semantickitti_values(self, sample: dict[str, Any]) -> np.ndarray:
        """Make the values of a sample for SemanticKITTI.

        Args:
            sample: with predictions.

        Returns:
            (N,) uint32.
        """
        instances = sample['pred_point_instances'].cpu().numpy().astype(np.uint32)
        return super().semantickitti_values(sample) | (instances << 16)
