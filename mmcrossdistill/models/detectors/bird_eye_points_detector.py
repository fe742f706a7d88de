"""CenterPoint, and SECOND on nuScenes, from a pre-trained encoder."""
from __future__ import annotations

from typing import Any

from mmdet3d.models.detectors import MVXTwoStageDetector
from torch import Tensor

from mmcrossdistill.registry import MODELS

from .bird_eye_encoder import BirdEyeEncoder


@MODELS.register_module()
class BirdEyePointsDetector(BirdEyeEncoder, MVXTwoStageDetector):
    """mmdet3d's ``CenterPoint`` or ``MVXFasterRCNN`` on points alone, around our encoder.

    In a config that inherits theirs: ``type='mmcrossdistill.BirdEyePointsDetector'``,
    ``data_preprocessor=dict(voxel=False, voxel_layer=None)``, ``backbone_3d=...``, and
    ``pts_voxel_encoder`` and ``pts_middle_encoder`` ``None``.

    Args:
        backbone_3d: config of the encoder, ``type='mmcrossdistill.VoxelNet'``.
        pts_voxel_encoder: ``None``; the encoder makes its voxels.
        pts_middle_encoder: ``None``.
        kwargs: ``pts_backbone``, ``pts_neck``, ``pts_bbox_head``, ``train_cfg``, ``test_cfg``,
            ``data_preprocessor`` and ``init_cfg`` of mmdet3d's detector.

    Raises:
        ValueError: if an encoder of mmdet3d is given, or ours is not fit.
    """

    def __init__(self, backbone_3d: dict[str, Any], *, pts_voxel_encoder: None = None,
                 pts_middle_encoder: None = None, **kwargs: Any) -> None:
        if pts_voxel_encoder is not None or pts_middle_encoder is not None:
            raise ValueError(
                'BirdEyePointsDetector: backbone_3d takes the place of pts_voxel_encoder and '
                'pts_middle_encoder; set both to None')
        super().__init__(**kwargs)
        self.build_backbone_3d(backbone_3d)

    def extract_pts_feat(self, voxel_dict: None, points: list[Tensor], **kwargs: Any,
                         ) -> tuple[Tensor, ...]:
        """Encode a batch.

        Args:
            voxel_dict: unused, mmdet3d's voxels.
            points (list of (N_i, 4+) float): clouds.
            kwargs: unused, what belongs to images.

        Returns:
            Maps of the neck, (B, C, H, W) each.
        """
        x = self.pts_backbone(self.encode_clouds(points))
        return self.pts_neck(x) if self.with_pts_neck else x
