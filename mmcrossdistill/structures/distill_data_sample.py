"""The annotation side of one sample."""
from __future__ import annotations

from mmengine.structures import BaseDataElement, InstanceData
from torch import Tensor

from .correspondence import Correspondence


class DistillDataSample(BaseDataElement):
    """Pairs, labels and predictions of one sample.

    Metainfo: ``token``, ``lidar_token`` (which names nuScenes' files of the cloud), ``sample_idx``,
    ``condition``, ``scene_name``, ``view_names``, ``img_paths``, ``img_shape`` (H, W),
    ``ori_shape`` (H, W).
    """

    @property
    def corr(self) -> Correspondence:
        """Pairs of the sample; rows count from its own points and views."""
        return self._corr

    @corr.setter
    def corr(self, value: Correspondence) -> None:
        """Set the pairs."""
        self.set_field(value, '_corr', dtype=Correspondence)

    @property
    def point_labels(self) -> Tensor:
        """((N,) int64): class of each point; 255 is ignored."""
        return self._point_labels

    @point_labels.setter
    def point_labels(self, value: Tensor) -> None:
        """Set the point labels."""
        self.set_field(value, '_point_labels', dtype=Tensor)

    @property
    def point_instances(self) -> Tensor:
        """((N,) int64): tells the segments of a class apart; positive where an object is numbered.

        Zero or negative: points of no object, see ``LoadPanopticLabels``.
        """
        return self._point_instances

    @point_instances.setter
    def point_instances(self, value: Tensor) -> None:
        """Set the instances of the points."""
        self.set_field(value, '_point_instances', dtype=Tensor)

    @property
    def scored_rows(self) -> Tensor:
        """((N,) int64): row of the cloud that predicts each labelled point, where not its own."""
        return self._scored_rows

    @scored_rows.setter
    def scored_rows(self, value: Tensor) -> None:
        """Set the rows."""
        self.set_field(value, '_scored_rows', dtype=Tensor)

    @property
    def pred_labels(self) -> Tensor:
        """((M,) int64): predicted class at each pair."""
        return self._pred_labels

    @pred_labels.setter
    def pred_labels(self, value: Tensor) -> None:
        """Set the predicted classes."""
        self.set_field(value, '_pred_labels', dtype=Tensor)

    @property
    def pred_depth(self) -> Tensor:
        """((M,) float32): predicted depth at each pair, metres."""
        return self._pred_depth

    @pred_depth.setter
    def pred_depth(self, value: Tensor) -> None:
        """Set the predicted depths."""
        self.set_field(value, '_pred_depth', dtype=Tensor)

    @property
    def depth_map(self) -> Tensor:
        """((H, W) float32): metres, 0 where there is no measurement."""
        return self._depth_map

    @depth_map.setter
    def depth_map(self, value: Tensor) -> None:
        """Set the measured depth map."""
        self.set_field(value, '_depth_map', dtype=Tensor)

    @property
    def pred_depth_map(self) -> Tensor:
        """((H, W) float32): predicted depth, metres."""
        return self._pred_depth_map

    @pred_depth_map.setter
    def pred_depth_map(self, value: Tensor) -> None:
        """Set the predicted depth map."""
        self.set_field(value, '_pred_depth_map', dtype=Tensor)

    @property
    def gt_instances_3d(self) -> InstanceData:
        """Boxes: ``bboxes_3d`` (N, 9) float32, see LoadBoxes, and ``labels_3d`` (N,) int64."""
        return self._gt_instances_3d

    @gt_instances_3d.setter
    def gt_instances_3d(self, value: InstanceData) -> None:
        """Set the boxes."""
        self.set_field(value, '_gt_instances_3d', dtype=InstanceData)

    @property
    def pred_instances_3d(self) -> InstanceData:
        """Detections as mmdet3d has them: ``bboxes_3d``, ``scores_3d``, ``labels_3d``."""
        return self._pred_instances_3d

    @pred_instances_3d.setter
    def pred_instances_3d(self, value: InstanceData) -> None:
        """Set the detections."""
        self.set_field(value, '_pred_instances_3d', dtype=InstanceData)

    @property
    def pred_instances(self) -> InstanceData:
        """Detections in images, none; mmdet3d's metrics ask for them."""
        return self._pred_instances

    @pred_instances.setter
    def pred_instances(self, value: InstanceData) -> None:
        """Set the detections in images."""
        self.set_field(value, '_pred_instances', dtype=InstanceData)

    @property
    def pred_point_labels(self) -> Tensor:
        """((N,) int64): predicted class of each point."""
        return self._pred_point_labels

    @pred_point_labels.setter
    def pred_point_labels(self, value: Tensor) -> None:
        """Set the predicted point classes."""
        self.set_field(value, '_pred_point_labels', dtype=Tensor)

    @property
    def pred_point_instances(self) -> Tensor:
        """((N,) int64): predicted object of each point, from 1; 0 for none."""
        return self._pred_point_instances

    @pred_point_instances.setter
    def pred_point_instances(self, value: Tensor) -> None:
        """Set the predicted instances."""
        self.set_field(value, '_pred_point_instances', dtype=Tensor)
