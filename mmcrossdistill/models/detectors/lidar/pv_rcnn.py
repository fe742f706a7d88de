"""PV-RCNN from a pre-trained encoder."""
from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from mmdet3d.models.detectors import PointVoxelRCNN
from mmdet3d.models.detectors.two_stage import TwoStage3DDetector
from torch import Tensor

from mmcrossdistill.models.backbones.voxel_backbone import intensity_scale
from mmcrossdistill.models.layers.sparse_conv import SparseTensor
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import PointBatch

from .bird_eye_encoder import BirdEyeEncoder


@MODELS.register_module()
class BirdEyePVRCNN(BirdEyeEncoder, PointVoxelRCNN):
    """mmdet3d's ``PointVoxelRCNN`` around our encoder.

    Keypoints gather the voxels of the encoder's four levels, its bird's eye view and the raw points
    (voxel set abstraction); proposals are refined with what the keypoints around them hold. On
    CPUs, :mod:`mmcrossdistill.utils.compat.cpu_point_ops` lends the operations on points.
    In a config that inherits theirs: ``type='mmcrossdistill.BirdEyePVRCNN'``,
    ``data_preprocessor=dict(voxel=False, voxel_layer=None)``, ``backbone_3d=...``, and
    ``voxel_encoder`` and ``middle_encoder`` ``None``.
    Source: PV-RCNN (Shi et al., CVPR 2020); OLIVINE Sec. 4.2 fine-tunes it.

    Args:
        backbone_3d: config of the encoder, ``type='mmcrossdistill.VoxelNet'``.
        points_encoder: config of mmdet3d's ``VoxelSetAbstraction``.
        voxel_encoder: ``None``; the encoder makes its voxels.
        middle_encoder: ``None``.
        kwargs: ``backbone``, ``neck``, ``rpn_head``, ``roi_head``, ``train_cfg``, ``test_cfg``,
            ``data_preprocessor`` and ``init_cfg`` of mmdet3d's detector.

    Raises:
        ValueError: if an encoder of mmdet3d is given, or ours is not fit.
    """

    def __init__(self, backbone_3d: dict[str, Any], points_encoder: dict[str, Any], *,
                 voxel_encoder: None = None, middle_encoder: None = None, **kwargs: Any) -> None:
        if voxel_encoder is not None or middle_encoder is not None:
            raise ValueError(
                'BirdEyePVRCNN: backbone_3d takes the place of voxel_encoder and middle_encoder; '
                'set both to None')
        # Not PointVoxelRCNN's own, which builds those two.
        TwoStage3DDetector.__init__(self, **kwargs)
        self.points_encoder = MODELS.build(points_encoder)
        self.build_backbone_3d(backbone_3d)

    def extract_feat(self, batch_inputs_dict: dict[str, Any]) -> dict[str, Any]:
        """Encode a batch.

        Args:
            batch_inputs_dict: ``points``, a list of clouds.

        Returns:
            ``spatial_feats`` (B, C, H, W), ``multi_scale_3d_feats`` by level, ``neck_feats``.
        """
        scale = intensity_scale(self.data_preprocessor)
        points = PointBatch.from_clouds(batch_inputs_dict['points'], scale['mean'], scale['std'])
        view, levels = self.backbone_3d.bird_eye_view_and_levels(points)
        feats = dict(
            spatial_feats=view, multi_scale_3d_feats=[_by_cloud(level) for level in levels])
        x = self.backbone(view)
        if self.with_neck:
            feats['neck_feats'] = self.neck(x)
        return feats


def _by_cloud(level: SparseTensor) -> SimpleNamespace:
    """Give a level as mmdet3d's voxel set abstraction reads it: cloud after cloud.

    Args:
        level: voxels, on CUDA in spconv's order.

    Returns:
        ``indices`` (V, 4): cloud, z, y, x; ``features`` (V, C).
    """
    order: Tensor = level.coords[:, 0].argsort(stable=True)
    return SimpleNamespace(
        indices=level.coords[order][:, [0, 3, 2, 1]], features=level.feats[order])
