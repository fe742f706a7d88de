"""Points that read a pre-trained voxel encoder, where PointRCNN has PointNet++."""
from __future__ import annotations

from typing import Any

from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.models.backbones.voxel_backbone import (
    TrainedOnGrid,
    ensure_same_intensity,
)
from mmcrossdistill.models.layers.row_batch_norm import RowBatchNorm
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import PointBatch


@MODELS.register_module()
class VoxelPointFeatures(BaseModule):
    """Backbone of mmdet3d's ``PointRCNN``: each point has the features of its voxel.

    They are brought to the width that the heads want by a linear layer, batch norm and ReLU, which
    are new. The detector's ``neck`` is ``None``. On CPUs,
    :mod:`mmcrossdistill.utils.compat.cpu_point_ops` lends the heads their operations on points.
    Source: SLidR (Sautier et al., CVPR 2022), Sec. 4.4: PointRCNN (Shi et al., CVPR 2019) with the
    pre-trained network instead of PointNet++.

    Args:
        backbone_3d: config of the encoder, e.g. ``type='mmcrossdistill.SparseUNet'``.
        voxelizer: arguments of the Voxelizer, as in pre-training.
        width: channels that the heads read.
        intensity_mean: subtracted from the intensity of the file.
        intensity_std: divides it then.
        same_intensity: whether a pre-trained encoder must have seen the same mean and std;
            ``False`` where another sensor is mapped on purpose.
        init_cfg: MMEngine initialisation.
    """

    def __init__(
        self, backbone_3d: dict[str, Any], voxelizer: dict[str, Any], width: int = 128,
        intensity_mean: float = 0.0, intensity_std: float = 1.0, same_intensity: bool = True,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        self.backbone_3d = MODELS.build(backbone_3d)
        self.voxelizer = MODELS.build(dict(voxelizer, type='mmcrossdistill.Voxelizer'))
        self.intensity_mean = intensity_mean
        self.intensity_std = intensity_std
        self.same_intensity = same_intensity
        self.widen = nn.Sequential(
            nn.Linear(self.backbone_3d.embed_dims, width, bias=False), RowBatchNorm(width),
            nn.ReLU())

    def init_weights(self) -> None:
        """Initialise; the intensity must be that of the pre-trained weights.

        Raises:
            ValueError: if it is not.
        """
        super().init_weights()
        encoder = self.backbone_3d
        if isinstance(encoder, TrainedOnGrid) and encoder.trained_intensity is not None:
            ensure_same_intensity(self, *encoder.trained_intensity)

    def forward(self, points: Tensor) -> dict[str, Tensor]:
        """Encode clouds of one size.

        Args:
            points ((B, N, 4+) float): x, y, z, intensity.

        Returns:
            ``fp_xyz`` (B, N, 3) and ``fp_features`` (B, C, N), float.
        """
        batch = PointBatch.from_clouds(list(points), self.intensity_mean, self.intensity_std)
        voxels = self.voxelizer(batch)
        rows = self.widen(self.backbone_3d(voxels)[voxels.inverse])
        return dict(
            fp_xyz=points[..., :3],
            fp_features=rows.view(*points.shape[:2], -1).transpose(1, 2).contiguous())
