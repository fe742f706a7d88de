"""From points and cameras to point-pixel pairs."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.structures import Correspondence

from .geometry import (
    BORDERS,
    lidar2img_matrix,
    nearest_per_pixel,
    project_points,
    visible_in_zbuffer,
)
from .point_selection import select_points

ROUNDINGS = ('none', 'floor', 'round')


@TRANSFORMS.register_module()
class CorrespondencePipeline(BaseTransform):
    """Pair every point with the pixels where the selected cameras see it.

    Needs ``points``, ``imgs``, ``view_cam2img`` and ``view_lidar2cam`` (SelectViews); adds
    ``corr``. A point seen by two cameras gives two pairs. The ego motion between the two
    timestamps is inside ``lidar2cam``. A cloud of another time brings ``aligned_xyz``, the places
    of its points at the time of the images (LoadInterFrameCloud).
    Source: SLidR and ScaLR project lidar -> ego -> global -> ego -> camera -> pixel.

    Args:
        min_depth: metres, exclusive.
        border: 'strict' (0 < u < W - 1, as published) or 'inside' (0 <= u < W).
        pixel_rounding: 'floor' (ScaLR) or 'round' (SLidR) put the pair on an integer pixel before
            any resize, as the published codes do; 'none' keeps the exact pixel.
        occlusion: ``dict(cell=pixels, margin=share)`` drops points that a nearer point of the same
            image cell hides; ``None`` drops none, as in the papers.
        keep_visible_points: whether only points with a pair stay in the cloud (ScaLR); when no
            point has one, the cloud stays whole, so that such a sample still trains.
        nearest_per_pixel: whether only the nearest point of each pixel keeps its pair (probes).
        with_labels: whether the pairs carry ``point_labels``.
        with_pixel_labels: whether they carry the classes of their pixels, ``label_maps``
            (LoadWeakLabels).

    Raises:
        ValueError: if an option is invalid, or both kinds of labels are asked for.
    """

    def __init__(
        self,
        min_depth: float = 1.0,
        border: str = 'strict',
        pixel_rounding: str = 'none',
        occlusion: Mapping[str, Any] | None = None,
        keep_visible_points: bool = True,
        nearest_per_pixel: bool = False,
        with_labels: bool = False,
        with_pixel_labels: bool = False,
    ) -> None:
        if border not in BORDERS:
            raise ValueError(f'border={border!r} is not one of {BORDERS}')
        if pixel_rounding not in ROUNDINGS:
            raise ValueError(f'pixel_rounding={pixel_rounding!r} is not one of {ROUNDINGS}')
        if occlusion is not None and set(occlusion) != {'cell', 'margin'}:
            raise ValueError(f"occlusion={dict(occlusion)} needs the keys 'cell' and 'margin'")
        if with_labels and with_pixel_labels:
            raise ValueError(
                'with_labels and with_pixel_labels exclude each other: a pair carries one label')
        self.min_depth = min_depth
        self.border = border
        self.pixel_rounding = pixel_rounding
        self.occlusion = occlusion
        self.keep_visible_points = keep_visible_points
        self.nearest_per_pixel = nearest_per_pixel
        self.with_labels = with_labels
        self.with_pixel_labels = with_pixel_labels

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Make the pairs of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if labels are asked for and not loaded.
        """
        if self.with_labels and 'point_labels' not in results:
            raise KeyError('CorrespondencePipeline(with_labels=True) needs LoadPointLabels before')
        if self.with_pixel_labels and 'label_maps' not in results:
            raise KeyError(
                'CorrespondencePipeline(with_pixel_labels=True) needs LoadWeakLabels before')
        places = results.get('aligned_xyz', results['points'])
        views = [
            self._pair_view(places, lidar2img_matrix(cam2img, lidar2cam),
                            image.shape[:2])
            for image, cam2img, lidar2cam in zip(
                results['imgs'], results['view_cam2img'], results['view_lidar2cam'], strict=True)]
        index = np.concatenate([view[0] for view in views])
        view_idx = np.repeat(np.arange(len(views)), [len(view[0]) for view in views])
        label = results['point_labels'][index] if self.with_labels else None
        if self.with_pixel_labels:
            label = np.concatenate([
                self._labels_at(view[1], labels)
                for view, labels in zip(views, results.pop('label_maps'), strict=True)])
        results['corr'] = Correspondence(
            point_idx=torch.from_numpy(index),
            view_idx=torch.from_numpy(view_idx),
            pixel_uv=torch.from_numpy(np.concatenate([view[1] for view in views])),
            label=None if label is None else torch.from_numpy(label),
            depth=torch.from_numpy(np.concatenate([view[2] for view in views])))
        if self.keep_visible_points and len(index):
            visible = np.zeros(len(results['points']), dtype=bool)
            visible[index] = True
            select_points(results, np.flatnonzero(visible))
        return results

    def _pair_view(
        self, points: np.ndarray, lidar2img: np.ndarray, image_size: tuple[int, int],
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Make the pairs of one camera.

        Args:
            points ((N, 3+) float32): places of the points at the time of the images, metres.
            lidar2img ((3, 4) float): fused projection.
            image_size: (H, W) in pixels.

        Returns:
            index (M,) int64, uv (M, 2) float32, depth (M,) float32.
        """
        index, uv, depth = project_points(
            points, lidar2img, image_size, self.min_depth, self.border)
        if self.occlusion is not None:
            seen = visible_in_zbuffer(uv, depth, image_size, **self.occlusion)
            index, uv, depth = index[seen], uv[seen], depth[seen]
        if self.nearest_per_pixel:
            kept = nearest_per_pixel(uv, depth, image_size)
            index, uv, depth = index[kept], uv[kept], depth[kept]
        if self.pixel_rounding == 'floor':
            uv = np.floor(uv)
        elif self.pixel_rounding == 'round':
            uv = np.round(uv)
        return index, uv, depth

    @staticmethod
    def _labels_at(uv: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Read the classes of pixels.

        Args:
            uv ((M, 2) float32): pixels; a rounded one may lie on the far edge of the image.
            labels ((H, W) uint8): class of each pixel.

        Returns:
            (M,) int64.
        """
        column, row = np.minimum(
            uv.astype(np.int64), [labels.shape[1] - 1, labels.shape[0] - 1]).T
        return labels[row, column].astype(np.int64)
