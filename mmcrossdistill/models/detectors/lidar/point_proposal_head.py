"""PointRCNN's first stage, where few boxes are labelled."""
from __future__ import annotations

from typing import Any

from mmdet3d.models.dense_heads import PointRPNHead
from torch import Tensor

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class PointProposalHead(PointRPNHead):
    """mmdet3d's ``PointRPNHead``, which cannot do without a box.

    - A frame without boxes is background; there, mmdet3d indexes an empty tensor.
    - Where no point of a batch is in a box, the classification is divided by 1, not by 0.
    - Before non-maximum suppression, mmdet3d looks for the points in each of the boxes, one box per
      point, and then keeps them all; that is left out, it takes most of the time on CPUs.

    Args:
        train_cfg: of the detector, which passes it on.
        test_cfg: as ``train_cfg``.
        kwargs: see mmdet3d.
    """

    def __init__(self, train_cfg: dict | None = None, test_cfg: dict | None = None,
                 **kwargs: Any) -> None:
        super().__init__(train_cfg=train_cfg, test_cfg=test_cfg, **kwargs)

    def loss_by_feat(
        self, bbox_preds: Tensor, cls_preds: Tensor, points: Tensor, batch_gt_instances_3d: list,
        batch_input_metas: list | None = None, batch_gt_instances_ignore: list | None = None,
    ) -> dict[str, Tensor]:
        """Compute the losses.

        Args:
            bbox_preds ((B, N, 8) float): encoded boxes.
            cls_preds ((B, N, K) float): logits.
            points ((B, N, 3+) float): metres.
            batch_gt_instances_3d: labels of each sample.
            batch_input_metas: unused.
            batch_gt_instances_ignore: unused.

        Returns:
            ``bbox_loss`` and ``semantic_loss``, () float.
        """
        boxes, labels, positive, negative, box_weights, _ = self.get_targets(
            points, batch_gt_instances_3d)
        labels = labels.where(~negative, self.num_classes)
        semantic = self.cls_loss(
            cls_preds.reshape(-1, self.num_classes), labels.flatten(),
            (negative | positive).float().flatten())
        return dict(
            bbox_loss=self.bbox_loss(bbox_preds, boxes, box_weights.unsqueeze(-1)),
            semantic_loss=semantic / positive.float().sum().clamp_min(1))

    def get_targets_single(self, points: Tensor, gt_bboxes_3d: Any, gt_labels_3d: Tensor,
                           ) -> tuple[Tensor, ...]:
        """Make the targets of one sample.

        Args:
            points ((N, 3+) float): metres.
            gt_bboxes_3d: mmdet3d's boxes.
            gt_labels_3d ((M,) int64): classes.

        Returns:
            Encoded boxes (N, 8), classes (N,), whether a point is in a box (N,) and far from all
            boxes (N,), places (N, 3).
        """
        if (gt_labels_3d != -1).any():
            return super().get_targets_single(points, gt_bboxes_3d, gt_labels_3d)
        count = len(points)
        nothing = gt_labels_3d.new_zeros(count)
        return (points.new_zeros(count, self.bbox_coder.code_size), nothing, nothing > 0,
                nothing == 0, points[:, :3])

    def class_agnostic_nms(self, obj_scores: Tensor, sem_scores: Tensor, bbox: Tensor,
                           points: Tensor, input_meta: dict, nms_cfg: dict) -> tuple[Tensor, ...]:
        """Suppress boxes that overlap better ones.

        Args:
            obj_scores ((N,) float): scores.
            sem_scores ((N, K) float): scores by class.
            bbox ((N, 7) float): boxes.
            points ((N, 3) float): left out.
            input_meta: of the sample.
            nms_cfg: thresholds and numbers.

        Returns:
            Boxes, scores, classes and scores by class.
        """
        return super().class_agnostic_nms(
            obj_scores, sem_scores, bbox, points[:0], input_meta, nms_cfg)
