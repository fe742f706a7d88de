"""From a list of pairs of clouds to two batches on the device."""
from __future__ import annotations

from itertools import accumulate
from typing import Any

import torch
from torch import Tensor

from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import PointBatch, VoxelBatch

from .distill_data_preprocessor import DistillDataPreprocessor


@MODELS.register_module()
class CloudViewsDataPreprocessor(DistillDataPreprocessor):
    """Concatenate the first and the second views of all clouds, each into a batch of its own.

    Args:
        kwargs: see :class:`DistillDataPreprocessor`.
    """

    def forward(self, data: dict[str, Any], training: bool = False) -> dict[str, Any]:
        """Make the batches.

        Args:
            data: ``inputs`` {'cloud_views': two lists of (N_i, 4+), 'matches': [(M_i, 2)]} and
                ``data_samples``, as ``pseudo_collate`` stacks what PackCloudViews makes.
            training: unused; augmentation happens in the pipeline.

        Returns:
            ``inputs`` {'views': two PointBatch, or VoxelBatch where there is a voxelizer,
            'matches': (M, 2) int64 rows of both} and ``data_samples``.
        """
        data = self.cast_data(data)
        inputs = data['inputs']
        views, matches = [], []
        for column, clouds in enumerate(inputs['cloud_views']):
            counts = [len(points) for points in clouds]
            batch, rows = self._make_view(clouds, counts)
            starts = accumulate(counts[:-1], initial=0)
            own = torch.cat([pairs[:, column] + start for pairs, start in zip(
                inputs['matches'], starts, strict=True)])
            views.append(batch)
            matches.append(own if rows is None else rows[own])
        return dict(inputs=dict(views=tuple(views), matches=torch.stack(matches, dim=1)),
                    data_samples=data['data_samples'])

    def _make_view(self, clouds: list[Tensor], counts: list[int],
                   ) -> tuple[PointBatch | VoxelBatch, Tensor | None]:
        """Stack the clouds of one view.

        Args:
            clouds (list of (N_i, 4+) float): points.
            counts: points of each.

        Returns:
            What the 3D backbone reads, and the row of each point in it if it is another one.
        """
        points = self._stack_points(dict(points=clouds), counts)
        if self.voxelizer is None:
            return points, None
        voxels = self.voxelizer(points)
        return voxels, voxels.inverse
