"""WaffleIron stated straightforwardly: padded clouds, 1x1 convolutions and sparse matrices.

What cd_step.py compares our WaffleIron with. It reads the weights of one, so that both can be
checked to compute the same.
"""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from mmcrossdistill.models.backbones.waffleiron import WaffleIron
from mmcrossdistill.models.backbones.waffleiron_planes import PLANE_AXES
from mmcrossdistill.structures.point_batch import PointBatch


class PlainWaffleIron:
    """The published formulas on (B, C, N) tensors, for a network in evaluation mode.

    Source: WaffleIron (Puy et al., ICCV 2023), section 3.

    Args:
        model: whose weights are read at each call.
    """

    def __init__(self, model: WaffleIron) -> None:
        self.model = model
        self.state = dict(model.named_parameters()) | dict(model.named_buffers())

    def __call__(self, points: PointBatch) -> Tensor:
        """Encode.

        Args:
            points: the batch.

        Returns:
            (N, C) float: features, in the order of the points.
        """
        counts = torch.bincount(points.batch_idx, minlength=points.batch_size)
        starts = counts.cumsum(0) - counts
        longest = int(counts.max())
        own = torch.arange(len(points), device=counts.device) - starts[points.batch_idx]
        slot = points.batch_idx * longest + own

        def pad(rows: Tensor) -> Tensor:
            padded = rows.new_zeros(points.batch_size * longest, *rows.shape[1:])
            return padded.index_copy(0, slot, rows).unflatten(0, (points.batch_size, longest))

        near = points.neighbors[:, :self.model.num_neighbors] - starts[points.batch_idx, None]
        tokens = self._embed(pad(points.feats).transpose(1, 2), pad(near))
        cells = [self._cells(points, plane, pad) for plane in range(len(PLANE_AXES))]
        matrices = [
            self._matrix(points, cells[plane], own, longest, plane)
            for plane in range(len(PLANE_AXES))]
        for depth in range(self.model.depth):
            plane = depth % len(PLANE_AXES)
            tokens = tokens + self._spatial(tokens, depth, matrices[plane], cells[plane])
            tokens = tokens + self._channel(tokens, depth)
        return tokens.transpose(1, 2).flatten(0, 1).index_select(0, slot)

    def _norm(self, name: str, maps: Tensor) -> Tensor:
        """Batch norm where there are running statistics, else layer norm over channels."""
        weight, bias = self.state[f'{name}.weight'], self.state[f'{name}.bias']
        if f'{name}.running_mean' in self.state:
            return F.batch_norm(maps, self.state[f'{name}.running_mean'],
                                self.state[f'{name}.running_var'], weight, bias)
        return F.layer_norm(maps.transpose(1, 2), weight.shape, weight, bias).transpose(1, 2)

    def _embed(self, feats: Tensor, near: Tensor) -> Tensor:
        """Embed (B, 5, N) values with (B, N, K) neighbours."""
        state = self.state
        feats = self._norm('embed.norm', feats)
        index = near.flatten(1).unsqueeze(1).expand(-1, feats.shape[1], -1)
        around = feats.gather(2, index).unflatten(2, near.shape[1:]) - feats.unsqueeze(-1)
        around = self._norm('embed.conv2.0', around)
        around = F.conv2d(around, state['embed.conv2.1.weight'])
        around = F.relu(self._norm('embed.conv2.2', around))
        around = F.conv2d(around, state['embed.conv2.4.weight']).max(-1).values
        centre = F.conv1d(feats, state['embed.conv1.weight'], state['embed.conv1.bias'])
        return F.conv1d(torch.cat([centre, around], dim=1), state['embed.final.weight'],
                        state['embed.final.bias'])

    def _cells(self, points: PointBatch, plane: int, pad: object) -> Tensor:
        """Flat cell of each padded point, (B, N)."""
        low = points.coords.new_tensor(self.model.point_range[:3])
        high = points.coords.new_tensor(self.model.point_range[3:])
        flat = torch.zeros_like(points.batch_idx)
        for axis, count in zip(PLANE_AXES[plane], self.model.grids[plane], strict=True):
            step = (high[axis] - low[axis]) / count
            cell = ((points.coords[:, axis] - low[axis]) / step).long().clamp(0, count - 1)
            flat = flat * count + cell
        return pad(flat)

    def _matrix(self, points: PointBatch, cells: Tensor, own: Tensor, longest: int,
                plane: int) -> Tensor:
        """Sparse (B, H * W, N) matrix that takes the mean of the points in a cell."""
        height, width = self.model.grids[plane]
        flat = cells[points.batch_idx, own]
        key = points.batch_idx * (height * width) + flat
        counts = torch.bincount(key, minlength=points.batch_size * height * width)
        values = 1.0 / (counts[key] + 1e-6)
        return torch.sparse_coo_tensor(
            torch.stack([points.batch_idx, flat, own]), values,
            (points.batch_size, height * width, longest), check_invariants=False).coalesce()

    def _spatial(self, tokens: Tensor, depth: int, matrix: Tensor, cells: Tensor) -> Tensor:
        """Branch of one spatial mix."""
        name, state = f'waffleiron.spatial_mix.{depth}', self.state
        normed = self._norm(f'{name}.norm', tokens)
        means = torch.bmm(matrix, normed.transpose(1, 2)).transpose(1, 2)
        grid = means.unflatten(2, self.model.grids[depth % len(PLANE_AXES)])
        for layer in ('ffn.0', 'ffn.2'):
            grid = F.conv2d(grid, state[f'{name}.{layer}.weight'], state[f'{name}.{layer}.bias'],
                            padding=1, groups=grid.shape[1])
            grid = F.relu(grid) if layer == 'ffn.0' else grid
        index = cells.unsqueeze(1).expand(-1, grid.shape[1], -1)
        return F.conv1d(grid.flatten(2).gather(2, index), state[f'{name}.scale.weight'],
                        groups=grid.shape[1])

    def _channel(self, tokens: Tensor, depth: int) -> Tensor:
        """Branch of one channel mix."""
        name, state = f'waffleiron.channel_mix.{depth}', self.state
        mixed = self._norm(f'{name}.norm', tokens)
        mixed = F.relu(F.conv1d(mixed, state[f'{name}.mlp.0.weight'], state[f'{name}.mlp.0.bias']))
        mixed = F.conv1d(mixed, state[f'{name}.mlp.2.weight'], state[f'{name}.mlp.2.bias'])
        return F.conv1d(mixed, state[f'{name}.scale.weight'], groups=mixed.shape[1])
