"""Features of one frame, and what can be asked of them."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from mmcrossdistill.datasets.transforms.geometry import lidar2img_matrix, project_points
from mmcrossdistill.models.layers.pixel_sampling import (
    pixel_centres,
    sample_features_at_pixels,
)
from mmcrossdistill.structures import Correspondence
from mmcrossdistill.visualization.pca_map import fit_pca, pca_to_rgb

from .frame import Frame

_PIXELS_AT_ONCE = 65536
_MAX_PCA_ROWS = 8192  # of each modality; enough for three components, and quick


@dataclass(frozen=True, eq=False)
class Similarity:
    """Cosine similarity to one feature.

    Args:
        maps ((V, h, w) float): of every cell of the image features, or ``None`` without images.
        points ((N,) float): of every point, 0 where a point has no feature, or ``None`` without.
    """

    maps: Tensor | None
    points: Tensor | None


@dataclass(frozen=True, eq=False)
class FrameFeatures:
    """Features of the images and points of one frame, on the CPU.

    Pixels are those of the images as given, continuous: pixel (c, r) covers [c, c + 1) x
    [r, r + 1).

    Args:
        frame: the images, points and calibration.
        input_size: (H, W) of the images as the encoder saw them.
        feats_2d ((V, C, h, w) float): maps of the images, or ``None`` without them.
        global_2d ((V, C') float): CLS token of each image, or the mean of its map.
        feats_3d ((N, C) float): one row per point, zero outside the encoder's range; or ``None``.
        valid_points ((N,) bool): whether a point has a feature; ``None`` without points.
    """

    frame: Frame
    input_size: tuple[int, int]
    feats_2d: Tensor | None
    global_2d: Tensor | None
    feats_3d: Tensor | None
    valid_points: Tensor | None

    def pixel_features(self, view: int, uv: Tensor | np.ndarray | list) -> Tensor:
        """Read the image features at pixels, bilinearly.

        Args:
            view: row of the images.
            uv ((M, 2) float): pixels (column, row) of the image as given.

        Returns:
            (M, C) float.

        Raises:
            ValueError: if there are no images or a pixel lies outside.
        """
        return self._sample(self._maps(), view, torch.as_tensor(uv, dtype=torch.float32))

    def dense_features(self, view: int) -> Tensor:
        """Read the image features at the centre of every pixel; C times the size of the image.

        Args:
            view: row of the images.

        Returns:
            (H, W, C) float.

        Raises:
            ValueError: if there are no images.
        """
        return self._sample_everywhere(self._maps(), view)

    def pairs(self) -> Correspondence:
        """Find the pixels of the points; nothing is hidden by nearer points.

        Returns:
            One row for each point and image that sees it, with ``depth``.

        Raises:
            ValueError: without images, points or calibration.
        """
        frame = self.frame
        if not frame.imgs or frame.cam2img is None or frame.lidar2cam is None:
            raise ValueError('pairs need imgs, points, cam2img and lidar2cam in the frame')
        found = [project_points(frame.points, lidar2img_matrix(cam2img, lidar2cam), img.shape[:2],
                                border='inside')
                 for img, cam2img, lidar2cam in zip(
                     frame.imgs, frame.cam2img, frame.lidar2cam, strict=True)]
        index, uv, depth = (torch.from_numpy(np.concatenate(column)) for column in zip(
            *found, strict=True))
        views = torch.repeat_interleave(
            torch.arange(len(found)), torch.tensor([len(view[0]) for view in found]))
        return Correspondence(index, views, uv, depth=depth)

    def similarity_to_pixel(self, view: int, uv: tuple[float, float]) -> Similarity:
        """Compare everything with one pixel.

        Args:
            view: row of the images.
            uv: pixel (column, row) of the image as given.

        Returns:
            Cosine similarities in both modalities.

        Raises:
            ValueError: if the pixel lies outside or the modalities have no common space.
        """
        return self.similarity(self.pixel_features(view, [uv])[0])

    def similarity_to_point(self, index: int) -> Similarity:
        """Compare everything with one point.

        Args:
            index: row of the points as given.

        Returns:
            Cosine similarities in both modalities.

        Raises:
            ValueError: if the point has no feature or the modalities have no common space.
        """
        if self.feats_3d is None or not self.valid_points[index]:
            raise ValueError(f'point {index} has no feature: no points, or outside the range')
        return self.similarity(self.feats_3d[index])

    def similarity(self, query: Tensor) -> Similarity:
        """Compare everything with one feature.

        Args:
            query ((C,) float): a feature of the common space.

        Returns:
            Cosine similarities in both modalities.

        Raises:
            ValueError: if a modality has features of another width.
        """
        for feats, axis in ((self.feats_2d, 1), (self.feats_3d, 1)):
            if feats is not None and feats.shape[axis] != len(query):
                raise ValueError(
                    f'features of {feats.shape[axis]} and {len(query)} values cannot be compared; '
                    "take a distiller's config and stage='projector'")
        unit = normalize(query, dim=0)
        maps = points = None
        if self.feats_2d is not None:
            maps = torch.einsum('vchw,c->vhw', normalize(self.feats_2d, dim=1), unit)
        if self.feats_3d is not None:
            points = normalize(self.feats_3d, dim=1) @ unit
        return Similarity(maps, points)

    def enlarge(self, maps: Tensor, view: int) -> np.ndarray:
        """Enlarge a map of values to its image.

        Args:
            maps ((V, h, w) float): e.g. of :class:`Similarity`.
            view: row of the images.

        Returns:
            (H, W) float.
        """
        return self._sample_everywhere(maps[:, None], view)[..., 0].numpy()

    def pca_colours(self) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Colour all features by their first three principal components, fitted jointly.

        Features are scaled to unit length. Where both modalities have one width, they share the
        components and the colours can be compared; else each has its own.

        Returns:
            (V, h, w, 3) float in [0, 1]: colours of the cells, or ``None`` without images.
            (N, 3) float in [0, 1]: colours of the points, grey outside the range, or ``None``.
        """
        cells = points = None
        if self.feats_2d is not None:
            cells = normalize(self.feats_2d.permute(0, 2, 3, 1), dim=-1).numpy()
        if self.feats_3d is not None:
            points = normalize(self.feats_3d, dim=-1).numpy()
        rows = [_thin(side) for side in (
            None if cells is None else cells.reshape(-1, cells.shape[-1]),
            None if points is None else points[self.valid_points.numpy()])
            if side is not None and len(side)]
        if len({side.shape[1] for side in rows}) == 1:
            rows = [np.concatenate(rows)] * len(rows)
        bases = [fit_pca(side) for side in rows]
        if cells is not None:
            cells = pca_to_rgb(cells, bases[0])
        if points is not None:
            grey = np.full((len(points), 3), 0.5)
            valid = self.valid_points.numpy()
            if valid.any():
                grey[valid] = pca_to_rgb(points[valid][None], bases[-1])[0]
            points = grey
        return cells, points

    def _maps(self) -> Tensor:
        """Image features, or an error."""
        if self.feats_2d is None:
            raise ValueError('the frame has no images, so there are no features of pixels')
        return self.feats_2d

    def _sample(self, maps: Tensor, view: int, uv: Tensor) -> Tensor:
        """Read maps at pixels of the given image, by way of the image the encoder saw."""
        height, width = self.frame.imgs[view].shape[:2]
        size = uv.new_tensor([width, height])
        if bool((uv < 0).any()) or bool((uv >= size).any()):
            raise ValueError(f'pixels outside the image of (H, W) = {(height, width)}')
        seen = uv * (uv.new_tensor(self.input_size[::-1]) / size)
        rows = torch.full((len(uv),), view, dtype=torch.int64)
        return sample_features_at_pixels(maps, rows, seen, self.input_size, 'none')

    def _sample_everywhere(self, maps: Tensor, view: int) -> Tensor:
        """Read maps at all pixel centres of the given image."""
        height, width = self.frame.imgs[view].shape[:2]
        # In parts: the four corners of each pixel are read side by side.
        parts = [self._sample(maps, view, part)
                 for part in pixel_centres(height, width).split(_PIXELS_AT_ONCE)]
        return torch.cat(parts).reshape(height, width, -1)


def _thin(rows: np.ndarray) -> np.ndarray:
    """Keep evenly spread rows, at most :data:`_MAX_PCA_ROWS`."""
    return rows[::-(-len(rows) // _MAX_PCA_ROWS)] if len(rows) else rows
