"""From a list of samples to one batch on the device."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from mmengine.model import BaseDataPreprocessor
from torch import Tensor

from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import (
    Correspondence,
    ImageMasks,
    OccupancyQueries,
    PointBatch,
    Regions,
)

from .voxelizer import Voxelizer

IMAGENET_MEAN = (123.675, 116.28, 103.53)
IMAGENET_STD = (58.395, 57.12, 57.375)


@MODELS.register_module()
class DistillDataPreprocessor(BaseDataPreprocessor):
    """Move to the device, normalise images and intensity, concatenate clouds, offset the pairs.

    The only place where pairs are re-indexed to the rows of a batch, and to its voxels.

    Args:
        mean: RGB mean on the 0-255 scale; follows the 2D encoder (ImageNet by default).
        std: RGB standard deviation on the 0-255 scale.
        intensity_mean: subtracted from the intensity; ScaLR standardises it per data set
            (nuScenes 18.742355, KITTI 0.28613698).
        intensity_std: divides the intensity (nuScenes 22.04632, KITTI 0.14090556).
        same_intensity: whether a pre-trained voxel backbone must have seen the same mean and std;
            false where another sensor is mapped on purpose, as SLidR does on SemanticKITTI.
        with_images: whether the model reads images.
        with_points: whether the model reads points.
        voxelizer: config of :class:`Voxelizer`; ``None`` makes no voxels.
        non_blocking: passed to :meth:`torch.Tensor.to`.
    """

    def __init__(
        self,
        mean: Sequence[float] = IMAGENET_MEAN,
        std: Sequence[float] = IMAGENET_STD,
        intensity_mean: float = 0.0,
        intensity_std: float = 1.0,
        same_intensity: bool = True,
        with_images: bool = True,
        with_points: bool = True,
        voxelizer: dict[str, Any] | None = None,
        non_blocking: bool = False,
    ) -> None:
        super().__init__(non_blocking=non_blocking)
        self.register_buffer('mean', torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer('std', torch.tensor(std).view(1, 3, 1, 1), persistent=False)
        self.intensity_mean = intensity_mean
        self.intensity_std = intensity_std
        self.same_intensity = same_intensity
        self.with_images = with_images
        self.with_points = with_points
        self.voxelizer: Voxelizer | None = None if voxelizer is None else MODELS.build(
            {'type': 'Voxelizer', **voxelizer})

    def forward(self, data: dict[str, Any], training: bool = False) -> dict[str, Any]:
        """Make the batch.

        Args:
            data: ``inputs`` {'points': [(N_i, 4+)], 'imgs': [(V_i, 3, H, W)],
                'neighbors': [(N_i, K)], 'regions': [Regions], 'masks': [ImageMasks], 'queries':
                [OccupancyQueries]} and ``data_samples``, as ``pseudo_collate`` stacks them.
            training: unused; augmentation happens in the pipeline.

        Returns:
            ``inputs`` {'imgs': (B * V, 3, H, W) float, 'points': PointBatch, 'corr':
            Correspondence} and ``data_samples``. Where regions are loaded, also 'regions'
            (Regions), whose rows ``corr.region_id`` names; where patches are hidden, 'masks'
            (ImageMasks), where places are drawn, 'queries' (OccupancyQueries). With a voxelizer
            there are 'voxels' (VoxelBatch) too, and ``corr.point_idx``, those of the hidden pairs
            and of the pairs of places are their rows. A sample may bring several
            clouds (ForEachCloud): 'points' and 'voxels' count clouds, not samples.
        """
        data = self.cast_data(data)
        inputs, samples = data['inputs'], data['data_samples']
        batch: dict[str, Any] = {}
        num_points = [len(points) for points in inputs['points']]
        num_views = [len(imgs) for imgs in inputs['imgs']]
        if self.with_images:
            batch['imgs'] = self._normalise_images(inputs['imgs'])
        if self.with_points:
            batch['points'] = self._stack_points(inputs, [
                size for sample, count in zip(samples, num_points, strict=True)
                for size in sample.metainfo.get('cloud_sizes', (count,))])
        corr = Correspondence.cat([sample.corr for sample in samples], num_points, num_views)
        if self.with_images and 'regions' in inputs:
            regions = Regions.cat(inputs['regions'])
            corr.region_id = Regions.cat_rows(
                [sample.corr.region_id for sample in samples], inputs['regions'])
            batch['regions'] = regions.to(self.device, non_blocking=self._non_blocking)
        batch['corr'] = corr.to(self.device, non_blocking=self._non_blocking)
        if self.with_images and 'masks' in inputs:
            batch['masks'] = ImageMasks.cat(inputs['masks'], num_points, num_views).to(
                self.device, non_blocking=self._non_blocking)
        if self.with_points and 'queries' in inputs:
            batch['queries'] = OccupancyQueries.cat(inputs['queries'], num_points).to(
                self.device, non_blocking=self._non_blocking)
        if self.with_points and self.voxelizer is not None:
            self._move_to_voxels(batch)
        return dict(inputs=batch, data_samples=samples)

    def _move_to_voxels(self, batch: dict[str, Any]) -> None:
        """Make voxels, and let everything that points at points point at them.

        Args:
            batch: of the points, changed in place.
        """
        voxels = batch['voxels'] = self.voxelizer(batch['points'])
        batch['corr'] = self.voxelizer.move_pairs(batch['corr'], voxels)
        if 'masks' in batch:
            hidden = self.voxelizer.move_pairs(batch['masks'].hidden, voxels)
            batch['masks'] = replace(batch['masks'], hidden=hidden)
        if 'queries' in batch:
            batch['queries'] = batch['queries'].remap_points(voxels.inverse)

    def _normalise_images(self, imgs: list[Tensor]) -> Tensor:
        """Concatenate and normalise images.

        Args:
            imgs (list of (V_i, 3, H, W) uint8): views of each sample.

        Raises:
            ValueError: if the samples' image sizes differ.
        """
        sizes = {tuple(views.shape[-2:]) for views in imgs}
        if len(sizes) > 1:
            raise ValueError(
                f'images of one batch have the sizes {sorted(sizes)}; add '
                'ResizeImages(size=(H, W)) to the pipeline')
        return (torch.cat(imgs).float() - self.mean) / self.std

    def _stack_points(self, inputs: dict[str, Any], cloud_sizes: list[int]) -> PointBatch:
        """Concatenate the clouds of a batch.

        Args:
            inputs: see :meth:`forward`.
            cloud_sizes: points of each cloud, the clouds of a sample one after the other.
        """
        points = PointBatch.from_clouds(
            inputs['points'], self.intensity_mean, self.intensity_std, cloud_sizes)
        if 'neighbors' in inputs:
            counts = torch.bincount(points.batch_idx, minlength=points.batch_size)
            starts = torch.cumsum(counts, 0) - counts
            points.neighbors = torch.cat(inputs['neighbors']) + starts[points.batch_idx, None]
        return points
