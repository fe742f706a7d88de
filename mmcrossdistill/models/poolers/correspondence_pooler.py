"""One row per point-pixel pair."""
from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from mmcrossdistill.models.layers.pixel_sampling import sample_features_at_pixels
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence


class FeaturePairs(NamedTuple):
    """Paired features.

    Args:
        feat_2d ((M, C) float): image features.
        feat_3d ((M, C) float): point features; row i belongs to row i of ``feat_2d``.
        weight ((M,) float): weight of each pair, ``None`` for equal weights.
        region_id ((M,) int64): region of each pair, ``None`` when pairs have none.
        context ((M, E) float): features of the frozen encoder that say which rows resemble each
            other (ST-SLidR), or ``None``.
    """

    feat_2d: Tensor
    feat_3d: Tensor
    weight: Tensor | None = None
    region_id: Tensor | None = None
    context: Tensor | None = None


@MODELS.register_module()
class CorrespondencePooler(nn.Module):
    """Sample the low-resolution 2D map at the pixel of each pair and gather the 3D rows.

    Source: Collaborative Distillation 3.1 (bilinear upsampling, then correspondence matching); the
    upsampled map is never made, see :func:`sample_features_at_pixels`.

    Args:
        pixel_rounding: 'floor' (published code) or 'none'.
    """

    def __init__(self, pixel_rounding: str = 'floor') -> None:
        super().__init__()
        self.pixel_rounding = pixel_rounding

    def forward(self, feats_2d: Tensor, feats_3d: Tensor, corr: Correspondence,
                image_size: tuple[int, int]) -> FeaturePairs:
        """Make the pairs.

        Args:
            feats_2d ((B, C, h, w) float): maps of all views.
            feats_3d ((N, C) float): rows of all points.
            corr: batched pairs.
            image_size: (H, W) the pixels refer to.

        Raises:
            ValueError: if the widths of the two sides differ.
        """
        if feats_2d.shape[1] != feats_3d.shape[1]:
            raise ValueError(
                f'2D features are {feats_2d.shape[1]} wide, 3D features {feats_3d.shape[1]}: set '
                'projector_3d.out_channels to the embed_dims of backbone_2d')
        feat_2d = sample_features_at_pixels(
            feats_2d, corr.view_idx, corr.pixel_uv, image_size, self.pixel_rounding)
        feat_3d = feats_3d.index_select(0, corr.point_idx)
        return FeaturePairs(feat_2d, feat_3d, region_id=corr.region_id)
