"""Segmentation of points by the voxels they fall into."""
from __future__ import annotations

from typing import Any

from torch import Tensor

from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import VoxelBatch

from .point_segmentor import PointSegmentor

VOXEL_LABELS = ('first', 'majority')
IGNORE_INDEX = 255


@MODELS.register_module()
class VoxelSegmentor(PointSegmentor):
    """Linear probing or fine-tuning of any 3D encoder, scored at every point of the cloud.

    The losses act on the encoder's rows: voxels where the data preprocessor makes them, else
    points. Each point is predicted as its voxel. The defaults are SLidR's: a linear layer without
    norm on the rows before the distillation head, cross entropy and Lovasz with equal weights.

    One deviation: SLidR's layer has an output for the ignored class, too, which no training row
    asks for and which is kept from winning in validation; here there is none.

    Args:
        backbone_3d: config of the 3D encoder; ``backbone(cloud) -> (V, C)``.
        norm: norm before the linear layer, 'BN' or ``None``.
        head_init: see :class:`~mmcrossdistill.models.layers.linear_probe.LinearProbe`.
        voxel_label: 'first': that of the point which represents the voxel (SLidR); 'majority':
            the most frequent class of its points, of equally frequent ones the first in the list
            of classes. Points without label do not vote.
        kwargs: see :class:`PointSegmentor`.

    Raises:
        ValueError: if ``voxel_label`` is unknown.
    """

    def __init__(self, backbone_3d: dict, *, norm: str | None = None, head_init: str = 'uniform',
                 voxel_label: str = 'first', **kwargs: Any) -> None:
        if voxel_label not in VOXEL_LABELS:
            raise ValueError(f'voxel_label must be one of {VOXEL_LABELS}, got {voxel_label!r}')
        super().__init__(backbone_3d, norm=norm, head_init=head_init, **kwargs)
        self.voxel_label = voxel_label

    def collect_target(self, inputs: dict[str, Any], data_samples: list) -> Tensor:
        """Labels of the encoder's rows.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.

        Returns:
            (V,) int64: one label per voxel, or per point where there are no voxels.
        """
        labels = super().collect_target(inputs, data_samples)
        if 'voxels' not in inputs:
            return labels
        if self.voxel_label == 'first':
            return labels[inputs['voxels'].point_row]
        return majority_labels(labels, inputs['voxels'], self.head.linear.out_features)

    def add_predictions(self, values: Tensor, inputs: dict[str, Any], data_samples: list) -> list:
        """Set ``pred_point_labels`` of each sample, all its points.

        Args:
            values ((V, K) float): class scores of the encoder's rows.
            inputs: output of the data preprocessor.
            data_samples: one per sample.
        """
        if 'voxels' in inputs:
            values = values[inputs['voxels'].inverse]
        return super().add_predictions(values, inputs, data_samples)


def majority_labels(labels: Tensor, voxels: VoxelBatch, num_classes: int) -> Tensor:
    """Let the points of each voxel vote.

    Args:
        labels ((N,) int64): of the points; 255 does not vote.
        voxels: of the same points.
        num_classes: K; every other label is in [0, K).

    Returns:
        (V,) int64: classes; 255 where no point has a label.
    """
    is_labelled = labels != IGNORE_INDEX
    cell = voxels.inverse * num_classes + labels.where(is_labelled, 0)
    votes = labels.new_zeros(len(voxels) * num_classes).scatter_add(0, cell, is_labelled.long())
    most, winner = votes.view(len(voxels), num_classes).max(dim=1)
    return winner.where(most > 0, IGNORE_INDEX)
