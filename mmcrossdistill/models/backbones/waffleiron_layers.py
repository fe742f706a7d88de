"""The blocks of WaffleIron, on concatenated points."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.layers.row_batch_norm import RowBatchNorm
from mmcrossdistill.models.layers.rowwise import (
    ChannelScale,
    CloudDropPath,
    PointwiseConv1d,
    PointwiseConv2d,
)
from mmcrossdistill.models.layers.scatter import scatter_sum

from .waffleiron_planes import PlaneIndex
from .waffleiron_sparse import sparse_conv_pair

NORMS = {'layer': nn.LayerNorm, 'batch': RowBatchNorm}


def _largest(near: Tensor) -> Tensor:
    """Take the maximum over the neighbours; among equals, the gradient goes to one.

    Both reductions give the same values. ``amax`` is the faster one, but its gradient counts equals
    in int64 and takes, with what it keeps, several times as long as the lookup of an index.

    Args:
        near ((N, K, C) float): values of K neighbours.

    Returns:
        (N, C) float: the maxima.
    """
    return near.max(1).values if near.requires_grad else near.amax(1)


class PointEmbedding(nn.Module):
    """Embed each point from its own values and from the differences to its neighbours.

    Source: WaffleIron, section 3.1; parameter names of the published code.

    Args:
        in_channels: values per point.
        channels: width of the embedding.
    """

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.norm = RowBatchNorm(in_channels)
        self.conv1 = PointwiseConv1d(in_channels, channels)
        self.conv2 = nn.Sequential(
            RowBatchNorm(in_channels),
            PointwiseConv2d(in_channels, channels, bias=False),
            RowBatchNorm(channels),
            nn.ReLU(inplace=True),
            PointwiseConv2d(channels, channels, bias=False))
        self.final = PointwiseConv1d(2 * channels, channels)

    def forward(self, feats: Tensor, neighbors: Tensor) -> Tensor:
        """Embed.

        Args:
            feats ((N, in_channels) float): values per point.
            neighbors ((N, K) int64): rows of the neighbours, the point itself excluded.

        Returns:
            (N, C) float: the embedding.
        """
        feats = self.norm(feats)
        near = feats.index_select(0, neighbors.flatten()).unflatten(0, neighbors.shape)
        differences = (near - feats.unsqueeze(1)).flatten(0, 1)
        around = _largest(self.conv2(differences).unflatten(0, neighbors.shape))
        return self.final(torch.cat([self.conv1(feats), around], dim=1))


class SpatialMix(nn.Module):
    """Mix points through a 2D convolution on one plane.

    t + drop(gather(scale(conv(relu(conv(cell_mean(norm(t)))))))).
    Source: WaffleIron, Eq. 1.

    Args:
        channels: width.
        norm: ``'layer'`` (ScaLR) or ``'batch'`` (WaffleIron).
        drop_path: probability that a cloud skips the block.
    """

    def __init__(self, channels: int, norm: str, drop_path: float) -> None:
        super().__init__()
        self.norm = NORMS[norm](channels)
        self.ffn = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels))
        self.scale = ChannelScale(channels)
        self.drop_path = CloudDropPath(drop_path)

    def forward(self, tokens: Tensor, plane: PlaneIndex, batch_idx: Tensor) -> Tensor:
        """Apply the block.

        Args:
            tokens ((N, C) float): features.
            plane: cells of the points.
            batch_idx ((N,) int64): cloud of each point.

        Returns:
            (N, C) float: features.
        """
        means = scatter_sum(self.norm(tokens) * plane.weight, plane.slot, plane.num_slots)
        weight, bias = self.scale.fold(self.ffn[2])
        if plane.stencil is None:
            # A view in channels_last order, in which depth-wise convolutions are fastest.
            grid = self.ffn[:2](means.unflatten(0, plane.shape).permute(0, 3, 1, 2))
            grid = F.conv2d(grid, weight, bias, padding=1, groups=len(bias))
            cells = grid.permute(0, 2, 3, 1).flatten(0, 2)
        else:
            first = self.ffn[0]
            cells = sparse_conv_pair(
                means, (first.weight, first.bias), (weight, bias), plane.stencil)
        mixed = cells.index_select(0, plane.slot)
        return tokens + self.drop_path(mixed, batch_idx, plane.shape[0])


class ChannelMix(nn.Module):
    """Mix the channels of each point: t + drop(scale(mlp(norm(t)))), expansion ratio 1.

    Source: WaffleIron, Eq. 2.

    Args:
        channels: width.
        norm: ``'layer'`` (ScaLR) or ``'batch'`` (WaffleIron).
        drop_path: probability that a cloud skips the block.
    """

    def __init__(self, channels: int, norm: str, drop_path: float) -> None:
        super().__init__()
        self.norm = NORMS[norm](channels)
        self.mlp = nn.Sequential(
            PointwiseConv1d(channels, channels),
            nn.ReLU(inplace=True),
            PointwiseConv1d(channels, channels))
        self.scale = ChannelScale(channels)
        self.drop_path = CloudDropPath(drop_path)

    def forward(self, tokens: Tensor, batch_idx: Tensor, batch_size: int) -> Tensor:
        """Apply the block.

        Args:
            tokens ((N, C) float): features.
            batch_idx ((N,) int64): cloud of each point.
            batch_size: number of clouds.

        Returns:
            (N, C) float: features.
        """
        weight, bias = self.scale.fold(self.mlp[2])
        mixed = F.linear(self.mlp[:2](self.norm(tokens)), weight.flatten(1), bias)
        return tokens + self.drop_path(mixed, batch_idx, batch_size)


class WaffleIronBlocks(nn.Module):
    """The blocks of the network: spatial mix d, then channel mix d, for each depth d.

    Args:
        channels: width.
        depth: number of pairs of blocks.
        norm: ``'layer'`` or ``'batch'``.
        drop_path: probability that a cloud skips a block, equal at every depth.
    """

    def __init__(self, channels: int, depth: int, norm: str, drop_path: float) -> None:
        super().__init__()
        self.channel_mix = nn.ModuleList(
            ChannelMix(channels, norm, drop_path) for _ in range(depth))
        self.spatial_mix = nn.ModuleList(
            SpatialMix(channels, norm, drop_path) for _ in range(depth))

    def layer(
        self, depth: int, tokens: Tensor, planes: list[PlaneIndex], batch_idx: Tensor
    ) -> Tensor:
        """Apply one pair of blocks on the plane of its depth.

        Args:
            depth: index of the pair.
            tokens ((N, C) float): features.
            planes: cells on each plane, cycled through by depth.
            batch_idx ((N,) int64): cloud of each point.

        Returns:
            (N, C) float: features.
        """
        plane = planes[depth % len(planes)]
        tokens = self.spatial_mix[depth](tokens, plane, batch_idx)
        return self.channel_mix[depth](tokens, batch_idx, plane.shape[0])
