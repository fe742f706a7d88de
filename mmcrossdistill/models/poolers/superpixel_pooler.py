"""One row per superpixel: the mean of its pixels and the mean of its points."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.layers.region_pooling import region_sums
from mmcrossdistill.models.layers.scatter import group_sizes, scatter_sum
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence, Regions

from .correspondence_pooler import FeaturePairs


@MODELS.register_module()
class SuperpixelPooler(nn.Module):
    """Average l2-normalised pixels and points over superpixels.

    Every pixel of a superpixel counts on the image side, also those without a point; on the other
    side every pair counts, so a voxel counts as often as points of it are seen there. Superpixels
    without a pair have no row. The means are not normalised again.
    Source: SLidR Eq. 1 and 2; the sums are those of its one-hot matrices, which are never made
    (:mod:`mmcrossdistill.models.layers.region_pooling`). Nothing waits for the device.

    Args:
        eps: added to the counts, as in SLidR's code.
    """

    def __init__(self, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps

    def forward(self, feats_2d: Tensor, feats_3d: Tensor, corr: Correspondence, regions: Regions,
                cloud: Tensor | None = None, num_clouds: int = 1,
                teacher: Tensor | None = None) -> FeaturePairs:
        """Make the rows.

        Args:
            feats_2d ((B, C, h, w) float): projected maps of all views, before the upsampling.
            feats_3d ((N, C) float): projected rows of all points or voxels.
            corr: batched pairs with ``region_id`` as :meth:`Regions.build` numbers them.
            regions: S regions of the B views.
            cloud ((M,) int64): which cloud of its frame a pair comes from, in [0, num_clouds);
                superpoints of different clouds then are different rows.
            num_clouds: clouds that see one image.
            teacher ((B, E, h', w') float): maps whose means are returned as ``context``.

        Returns:
            Rows of ``num_clouds`` times S regions, cloud after cloud. ``weight`` is zero where a
            region has no point of the cloud.

        Raises:
            ValueError: if the widths of the two sides differ.
        """
        if feats_2d.shape[1] != feats_3d.shape[1]:
            raise ValueError(
                f'2D features are {feats_2d.shape[1]} wide, 3D features {feats_3d.shape[1]}: give '
                'projector_2d and projector_3d the same out_channels')
        with torch.autocast(feats_2d.device.type, enabled=False):
            count = regions.num_rows
            pixels = group_sizes(regions.row.flatten().long(), count + 1)[:-1, None]
            feat_2d = region_sums(feats_2d, regions) / (pixels + self.eps)

            group = corr.region_id
            if cloud is not None:  # pairs without a region go behind the last cloud's rows
                group = torch.where(group < count, group + cloud * count, num_clouds * count)
            points = F.normalize(feats_3d.float(), dim=1).index_select(0, corr.point_idx)
            pairs = group_sizes(group, num_clouds * count + 1)[:-1, None]
            feat_3d = scatter_sum(points, group, num_clouds * count + 1)[:-1] / (pairs + self.eps)

            context = None if teacher is None else self._cell_means(teacher, regions)
            if num_clouds > 1:
                feat_2d = feat_2d.repeat(num_clouds, 1)
                context = None if context is None else context.repeat(num_clouds, 1)
        return FeaturePairs(feat_2d, feat_3d, (pairs[:, 0] > 0).float(), context=context)

    def _cell_means(self, maps: Tensor, regions: Regions) -> Tensor:
        """Average maps over regions shrunk to their resolution by the nearest pixel.

        A region that vanishes there has a zero row. Source: ST-SLidR.

        Args:
            maps ((B, E, h, w) float): without gradient.
            regions: S regions.

        Returns:
            (S, E) float32.
        """
        small = F.interpolate(regions.row[:, None].double(), maps.shape[-2:], mode='nearest')
        index = small.flatten().long()
        cells = maps.detach().float().permute(0, 2, 3, 1).flatten(0, 2)
        groups = regions.num_rows + 1
        pixels = group_sizes(index, groups)[:, None]
        return (scatter_sum(cells, index, groups) / (pixels + self.eps))[:-1]
