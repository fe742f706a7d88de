"""Centres of objects, and the way to them, on a map of the ground."""
from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.models.layers.instance_targets import InstanceTargets
from mmcrossdistill.models.layers.rank_mean import mean_over_ranks
from mmcrossdistill.models.layers.row_batch_norm import RowBatchNorm
from mmcrossdistill.registry import MODELS


class InstanceMaps(NamedTuple):
    """What is predicted of the objects of B clouds.

    Args:
        heatmap ((B, 1, H, W) float): high at centres.
        offset ((B, 2, H, W) float): from the lower corner of each cell to the centre, cells.
    """

    heatmap: Tensor
    offset: Tensor


@MODELS.register_module()
class InstanceHead(BaseModule):
    """A U-Net over the ground with two outputs: heat-map of centres, and offsets to them.

    Source: Panoptic-PolarNet (Zhou et al., CVPR 2021) as CSC puts it on Cylinder3D: batch norm on
    the input, double 3x3 convolutions, maxima on the way down, bilinear enlargement on the way
    up, and a last level for each output. Here a step up narrows to the width of the level that it
    reaches, and nothing drops blocks of the maps (DropBlock).

    Args:
        in_channels: width of the map.
        channels: width of each level; the resolution halves from one to the next.
        out_channels: width of the last level of each output.
        circular: whether the second axis of the map is an angle, which wraps.
        mean_over: 'map': the losses are means over all cells, cells without an object shall say 0
            (the published codes, whose masks come after the mean); 'targets': the heat-map counts
            in cells with labelled points or near a centre, the offset in cells of objects (what
            these masks mean).
        heatmap_weight: multiplies the squared error of the heat-map.
        offset_weight: multiplies the absolute error of the offsets.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if ``mean_over`` is unknown or there is no level.
    """

    def __init__(
        self,
        in_channels: int = 64,
        channels: Sequence[int] = (64, 128, 256, 512, 512),
        out_channels: int = 32,
        circular: bool = True,
        mean_over: str = 'map',
        heatmap_weight: float = 100.0,
        offset_weight: float = 10.0,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        if mean_over not in ('map', 'targets'):
            raise ValueError(f"mean_over must be 'map' or 'targets', got {mean_over!r}")
        if len(channels) < 2:
            raise ValueError(f'InstanceHead needs two levels at least, got channels={channels}')
        self.mean_over = mean_over
        self.heatmap_weight = heatmap_weight
        self.offset_weight = offset_weight
        self.in_channels = in_channels
        self.norm = _MapBatchNorm(in_channels)
        self.down = nn.ModuleList(
            _DoubleConv(width, following, circular)
            for width, following in zip((in_channels, *channels), channels, strict=False))
        self.up = nn.ModuleList(
            _DoubleConv(channels[level + 1] + channels[level], channels[level], circular)
            for level in reversed(range(1, len(channels) - 1)))
        self.branches = nn.ModuleDict({
            name: nn.Sequential(
                _DoubleConv(channels[1] + channels[0], out_channels, circular),
                nn.Conv2d(out_channels, width, 1))
            for name, width in (('heatmap', 1), ('offset', 2))})

    def forward(self, view: Tensor) -> InstanceMaps:
        """Predict.

        Args:
            view ((B, C, H, W) float): features of the ground.
        """
        x, skips = self.norm(view), []
        for level, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2, ceil_mode=True) if level else x)
            skips.append(x)
        skips.pop()
        for block in self.up:
            x = block(_join(x, skips.pop()))
        x = _join(x, skips.pop())
        return InstanceMaps(self.branches['heatmap'](x), self.branches['offset'](x))

    def loss(self, maps: InstanceMaps, targets: InstanceTargets) -> dict[str, Tensor]:
        """Compare with the objects.

        Args:
            maps: predicted.
            targets: of the same cells.

        Returns:
            ``loss_heatmap`` and ``loss_offset``, () float32; zeros with gradient where no cell
            counts.
        """
        with torch.autocast(maps.heatmap.device.type, enabled=False):
            squared = (maps.heatmap.float() - targets.heatmap).square().squeeze(1)
            absolute = (maps.offset.float() - targets.offset).abs().mean(dim=1)
            if self.mean_over == 'map':
                return dict(loss_heatmap=squared.mean() * self.heatmap_weight,
                            loss_offset=absolute.mean() * self.offset_weight)
            near = targets.is_labelled | (targets.heatmap.squeeze(1) > 0.01)
            return dict(
                loss_heatmap=_masked_mean(squared, near) * self.heatmap_weight,
                loss_offset=_masked_mean(absolute, targets.has_object) * self.offset_weight)


def _masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Average the values that count, over all ranks.

    Args:
        values ((B, H, W) float32): of this rank.
        mask ((B, H, W) bool): what counts.
    """
    return (values * mask).sum() / mean_over_ranks(mask.sum().float()).clamp_min(1)


def _join(x: Tensor, skip: Tensor) -> Tensor:
    """Enlarge a map to the size of another one and put them together.

    Args:
        x ((B, C, h, w) float): coarse.
        skip ((B, D, H, W) float): fine.

    Returns:
        (B, D + C, H, W) float.
    """
    x = F.interpolate(x, skip.shape[-2:], mode='bilinear', align_corners=True)
    return torch.cat([skip, x], dim=1)


class _MapBatchNorm(RowBatchNorm):
    """Batch norm of maps, synchronised as that of rows."""

    def forward(self, x: Tensor) -> Tensor:
        """Normalise.

        Args:
            x ((B, C, H, W) float): maps.
        """
        rows = super().forward(x.permute(0, 2, 3, 1).flatten(0, 2))
        return rows.view(len(x), *x.shape[-2:], -1).permute(0, 3, 1, 2)


class _DoubleConv(nn.Module):
    """Two 3x3 convolutions, each with batch norm and leaky ReLU.

    Args:
        in_channels: width of the input.
        out_channels: width of the output.
        circular: whether the second axis wraps.
    """

    def __init__(self, in_channels: int, out_channels: int, circular: bool) -> None:
        super().__init__()
        self.padding = (1, 0) if circular else (1, 1)
        self.circular = circular
        self.layers = nn.ModuleList(
            nn.Conv2d(width, out_channels, 3, padding=self.padding)
            for width in (in_channels, out_channels))
        self.norms = nn.ModuleList(_MapBatchNorm(out_channels) for _ in self.layers)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layers.

        Args:
            x ((B, C, H, W) float): maps.
        """
        for layer, norm in zip(self.layers, self.norms, strict=True):
            if self.circular:
                x = F.pad(x, (1, 1, 0, 0), mode='circular')
            x = F.leaky_relu(norm(layer(x)))
        return x
