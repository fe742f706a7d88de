"""What resembles a point: pixels and points of an image, as colours."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from matplotlib.figure import Figure

from mmcrossdistill.visualization.image_grid import image_grid
from mmcrossdistill.visualization.overlay import draw_points
from mmcrossdistill.visualization.similarity import colour_values

from .frame_features import FrameFeatures

_RED = (255, 0, 0)
# Between this share of the values and the highest one the colours spread.
_LOW_SHARE = 0.05


@dataclass(frozen=True)
class Query:
    """A point of a frame and where an image shows it.

    Args:
        point: row of the frame's points.
        view: row of the frame's images.
        uv: pixel (column, row).
    """

    point: int
    view: int
    uv: tuple[float, float]


def find_query(features: FrameFeatures, view: int, uv: Sequence[float] | None = None) -> Query:
    """Find the point seen nearest to a pixel.

    Args:
        features: of a frame with images, points and calibration.
        view: row of the images.
        uv: pixel (column, row) of the image as given; its centre by default.

    Raises:
        ValueError: if the image shows no point that has a feature.
    """
    height, width = features.frame.imgs[view].shape[:2]
    uv = (width / 2, height / 2) if uv is None else uv
    pairs = features.pairs()
    shown = (pairs.view_idx == view) & features.valid_points[pairs.point_idx]
    pairs = pairs.select(shown)
    if len(pairs) == 0:
        raise ValueError(
            f'{features.frame.view_names[view]} shows no point within the range of the encoder')
    nearest = int((pairs.pixel_uv - pairs.pixel_uv.new_tensor(uv)).square().sum(1).argmin())
    return Query(int(pairs.point_idx[nearest]), view,
                 tuple(float(x) for x in pairs.pixel_uv[nearest]))


def similarity_views(features: FrameFeatures, query: Query) -> tuple[np.ndarray, np.ndarray]:
    """Draw the similarity of an image's pixels and of the points on it to a query point.

    Both share one scale from violet (low) to yellow (high); a red dot marks the query.
    Source: SLidR Fig. 3.

    Args:
        features: of a frame, in the space that both modalities share.
        query: the point.

    Returns:
        Two (H, W, 3) uint8 pictures: of the pixels, and of the points on the darkened image.

    Raises:
        ValueError: if the modalities have no common space.
    """
    found = features.similarity_to_point(query.point)
    if found.maps is None:
        raise ValueError('the frame has no images to compare with')
    pixels = features.enlarge(found.maps, query.view)
    pairs = features.pairs()
    pairs = pairs.select(
        (pairs.view_idx == query.view) & features.valid_points[pairs.point_idx])
    pairs = pairs.select(pairs.depth.argsort(descending=True))
    points = found.points[pairs.point_idx].numpy()
    low = min(np.quantile(values, _LOW_SHARE) for values in (pixels, points))
    high = max(float(pixels.max()), float(points.max()))
    scale = dict(low=float(low), high=max(high, float(low) + 1e-6), colours=cv2.COLORMAP_VIRIDIS)
    image = features.frame.imgs[query.view]
    size = max(1, image.shape[1] // 300)
    drawn = draw_points(image // 3, pairs.pixel_uv.numpy(), colour_values(points, **scale), size)
    return tuple(draw_points(picture, np.array([query.uv]), np.array([_RED]), 3 * size)
                 for picture in (colour_values(pixels, **scale), drawn))


def similarity_picture(columns: Sequence[tuple[str, FrameFeatures, Query]]) -> Figure:
    """Arrange images, pixel similarities and point similarities, one column per query.

    Args:
        columns: title, features of a frame and a query in it; the images have one size.

    Returns:
        The figure.
    """
    images = [
        draw_points(features.frame.imgs[query.view], np.array([query.uv]), np.array([_RED]),
                    max(3, features.frame.imgs[query.view].shape[1] // 100))
        for _, features, query in columns]
    pixels, points = zip(*(
        similarity_views(features, query) for _, features, query in columns), strict=True)
    return image_grid(
        [images, list(pixels), list(points)], ['query', 'pixels', 'points'],
        [title for title, _, _ in columns], width=5.0 * len(columns) + 1)
