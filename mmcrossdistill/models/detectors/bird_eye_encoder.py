"""From clouds to the bird's eye view that mmdet3d's networks read."""
from __future__ import annotations

from typing import Any

from torch import Tensor

from mmcrossdistill.models.backbones.voxel_backbone import ensure_trained_alike, intensity_scale
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import PointBatch


class BirdEyeEncoder:
    """Mixin of a detector whose voxel and middle encoder is our pre-trained network.

    It stands under ``backbone_3d``, as in pre-training.
    """

    def build_backbone_3d(self, cfg: dict[str, Any]) -> None:
        """Build the encoder.

        Args:
            cfg: its config; ``type='mmcrossdistill.VoxelNet'``.

        Raises:
            ValueError: if it gives no bird's eye view, or a layer of pre-training is in it.
        """
        encoder = MODELS.build(cfg)
        if not hasattr(encoder, 'bird_eye_view'):
            raise ValueError(
                f"{type(self).__name__} needs a backbone_3d with bird_eye_view(), such as "
                f"'mmcrossdistill.VoxelNet', got {type(encoder).__name__}")
        if getattr(encoder, 'final', None) is not None:
            raise ValueError(
                f'{type(self).__name__}: backbone_3d has the projection of its pre-training; set '
                'backbone_3d.out_channels=None')
        self.backbone_3d = encoder

    def init_weights(self) -> None:
        """Initialise; the intensity must be that of the pre-trained weights.

        Raises:
            ValueError: if it is not.
        """
        super().init_weights()
        ensure_trained_alike(self)

    def encode_clouds(self, clouds: list[Tensor]) -> Tensor:
        """Encode the clouds of a batch.

        Args:
            clouds (list of (N_i, 4+) float): x, y, z, intensity of each sample.

        Returns:
            (B, C, H, W) float: rows along y, columns along x.
        """
        scale = intensity_scale(self.data_preprocessor)
        return self.backbone_3d.bird_eye_view(
            PointBatch.from_clouds(clouds, scale['mean'], scale['std']))
