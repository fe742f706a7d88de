"""Strips by condition: image, what the LiDAR says, and what every probe predicts."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from matplotlib.figure import Figure

from .image_grid import image_grid
from .overlay import colour_depth, draw_points
from .segmentation import blend_labels, colour_labels

_SCALE = 3
_MIN_SHARE = 0.01  # of the points, for an island to count as measured
_DEPTH_MARKS = (1, 2, 5, 10, 20, 40, 60)  # metres


@dataclass(frozen=True, eq=False)
class Measured:
    """One view with its LiDAR points.

    Args:
        image ((H, W, 3) uint8): RGB.
        uv ((M, 2) float): pixels of the points, far ones first.
        depth ((M,) float): of the points, metres.
        labels ((M,) int): classes of the points, 255 ignored; ``None`` without labels.
    """

    image: np.ndarray
    uv: np.ndarray
    depth: np.ndarray
    labels: np.ndarray | None = None


def dimmed_points(view: Measured, colours: np.ndarray, radius: int = 2) -> np.ndarray:
    """Draw points over the darkened and enlarged view, so that they stay apart.

    Args:
        view: with M points.
        colours ((M, 3) uint8): RGB.
        radius: of the discs, pixels of the enlarged view.

    Returns:
        (3 H, 3 W, 3) uint8.
    """
    large = cv2.resize(view.image, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_CUBIC)
    return draw_points((large * 0.35).astype(np.uint8), view.uv * _SCALE, colours, radius)


def measured_area(view: Measured, reach: float = 0.06) -> np.ndarray:
    """Find the part of a view that the LiDAR measures.

    Probes learn only there: what they say of the sky is arbitrary. Islands of a few points, such
    as echoes of raindrops, do not count.

    Args:
        view: with its points.
        reach: pixels up to this share of the height from a point count as measured.

    Returns:
        (H, W) bool.
    """
    height, width = view.image.shape[:2]
    empty = np.ones((height, width), dtype=np.uint8)
    rows = np.clip(np.floor(view.uv[:, 1]).astype(int), 0, height - 1)
    columns = np.clip(np.floor(view.uv[:, 0]).astype(int), 0, width - 1)
    empty[rows, columns] = 0
    if empty.all():
        return np.zeros((height, width), dtype=bool)
    near = cv2.distanceTransform(empty, cv2.DIST_L2, 5) <= max(2.0, reach * height)
    islands = cv2.connectedComponents(near.astype(np.uint8))[1]
    points = np.bincount(islands[rows, columns], minlength=islands.max() + 1)
    return near & (points >= _MIN_SHARE * len(rows))[islands]


def segmentation_strips(
    views: Mapping[str, Measured], predictions: Mapping[str, Sequence[np.ndarray]],
    classes: Sequence[str], palette: Sequence[Sequence[int]],
) -> Figure:
    """Draw one strip per view: image, LiDAR labels, and the classes of each probe.

    Args:
        views: by condition, with labels.
        predictions (probe to one (H, W) int map per view): classes.
        classes: names.
        palette: one (R, G, B) in 0..255 per class.

    Returns:
        The figure, with the colours of the classes that occur.
    """
    rows, present = [], set()
    for number, view in enumerate(views.values()):
        area, dark = measured_area(view), (view.image * 0.3).astype(np.uint8)
        row = [view.image, dimmed_points(view, colour_labels(view.labels, palette))]
        for maps in predictions.values():
            row.append(np.where(
                area[..., None], blend_labels(view.image, maps[number], palette), dark))
            present |= set(np.unique(maps[number][area]).tolist())
        present |= set(view.labels.tolist())
        rows.append(row)
    legend = {name.replace('_', ' '): palette[index] for index, name in enumerate(classes)
              if index in present}
    titles = ['image', 'ground truth (LiDAR)', *predictions]
    return image_grid(rows, list(views), titles, legend=legend)


def depth_strips(views: Mapping[str, Measured],
                 predictions: Mapping[str, Sequence[np.ndarray]]) -> Figure:
    """Draw one strip per view: image, LiDAR depth, and the depth of each probe.

    Args:
        views: by condition.
        predictions (probe to one (H, W) float map per view): metres.

    Returns:
        The figure, with the colours of some depths.
    """
    rows = []
    for number, view in enumerate(views.values()):
        area, dark = measured_area(view), (view.image * 0.3).astype(np.uint8)
        rows.append([view.image, dimmed_points(view, colour_depth(view.depth)), *(
            np.where(area[..., None], _depth_map(maps[number]), dark)
            for maps in predictions.values())])
    colours = colour_depth(np.array(_DEPTH_MARKS, dtype=np.float32))
    names = [f'{depth} m' for depth in _DEPTH_MARKS]
    names[0], names[-1] = f'≤ {names[0]}', f'≥ {names[-1]}'
    legend = dict(zip(names, colours.tolist(), strict=True))
    titles = ['image', 'LiDAR over the image', *predictions]
    return image_grid(rows, list(views), titles, legend=legend)


def _depth_map(depth: np.ndarray) -> np.ndarray:
    """Colour a dense depth map as the points are coloured."""
    return colour_depth(depth.reshape(-1)).reshape(*depth.shape, 3)
