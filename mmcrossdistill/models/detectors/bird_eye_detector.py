"""Single-stage detection from a pre-trained encoder."""
from __future__ import annotations

from typing import Any

from mmdet3d.models.detectors.single_stage import SingleStage3DDetector
from torch import Tensor

from mmcrossdistill.registry import MODELS

from .bird_eye_encoder import BirdEyeEncoder


@MODELS.register_module()
class BirdEyeDetector(BirdEyeEncoder, SingleStage3DDetector):
    """mmdet3d's ``VoxelNet``, the frame of SECOND on KITTI, around our encoder.

    In a config that inherits theirs: ``type='mmcrossdistill.BirdEyeDetector'``,
    ``data_preprocessor=dict(voxel=False, voxel_layer=None)``, ``backbone_3d=...``, and
    ``voxel_encoder`` and ``middle_encoder`` ``None``.

    Args:
        backbone_3d: config of the encoder, ``type='mmcrossdistill.VoxelNet'``.
        voxel_encoder: ``None``; the encoder makes its voxels.
        middle_encoder: ``None``.
        kwargs: ``backbone``, ``neck``, ``bbox_head``, ``train_cfg``, ``test_cfg``,
            ``data_preprocessor`` and ``init_cfg`` of mmdet3d's detector.

    Raises:
        ValueError: if an encoder of mmdet3d is given, or ours is not fit.
    """

    def __init__(self, backbone_3d: dict[str, Any], *, voxel_encoder: None = None,
                 middle_encoder: None = None, **kwargs: Any) -> None:
        if voxel_encoder is not None or middle_encoder is not None:
            raise ValueError(
                'BirdEyeDetector: backbone_3d takes the place of voxel_encoder and '
                'middle_encoder; set both to None')
        super().__init__(**kwargs)
        self.build_backbone_3d(backbone_3d)

    def extract_feat(self, batch_inputs_dict: dict[str, Any]) -> tuple[Tensor, ...]:
        """Encode a batch.

        Args:
            batch_inputs_dict: ``points``, a list of clouds.

        Returns:
            Maps of the neck, (B, C, H, W) each.
        """
        x = self.backbone(self.encode_clouds(batch_inputs_dict['points']))
        return self.neck(x) if self.with_neck else x
