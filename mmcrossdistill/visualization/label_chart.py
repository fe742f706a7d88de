"""Charts and pictures of weak labels."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .charts import AFTER_COLOUR, BEFORE_COLOUR, clean_axes
from .image_grid import image_grid
from .overlay import draw_points
from .segmentation import blend_labels, colour_labels


def label_chart(summary: Mapping[str, Any], title: str) -> Figure:
    """Draw the share of every class, and how far lidarseg agrees with it.

    Args:
        summary: of ``LabelStatistics``.
        title: of the figure.

    Returns:
        The figure; without a lidarseg label it shows the shares alone.
    """
    classes = summary['classes']
    panels = [('share, %', ('pixels', 'points'), classes)]
    if summary['scored_points']:
        compared = [entry for entry in classes if entry['precision'] is not None
                    or entry['recall'] is not None]
        panels.append(('share right at points, %', ('precision', 'recall'), compared))
    figure = Figure(figsize=(10.0, 3.2 * len(panels)), facecolor='white', layout='constrained')
    drawn = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
    for axes, (unit, keys, entries) in zip(drawn, panels, strict=True):
        clean_axes(axes)
        places = np.arange(len(entries))
        for shift, key, colour in zip((-0.2, 0.2), keys, (BEFORE_COLOUR, AFTER_COLOUR),
                                      strict=True):
            axes.bar(places + shift, [100 * (entry[key] or 0) for entry in entries], 0.38,
                     color=colour, label=key)
        axes.set_xticks(places, [entry['name'].replace('_', ' ') for entry in entries],
                        rotation=40, ha='right')
        axes.set_ylabel(unit, fontsize=9)
        axes.legend(fontsize=9, frameon=False)
    drawn[0].set_title(title, fontsize=10)
    return figure


def label_pictures(
    images: Mapping[str, np.ndarray], labels: Mapping[str, np.ndarray],
    points: Mapping[str, tuple[np.ndarray, np.ndarray]], names: Sequence[str],
    palette: Sequence[Sequence[int]], point_palette: Sequence[Sequence[int]], point_title: str,
) -> Figure:
    """Draw the pictures of a keyframe, their labels, and classes of the LiDAR's points.

    Args:
        images: camera name to (H, W, 3) uint8 RGB.
        labels: camera name to (H, W) int classes, 255 where unlabelled (the picture shows through).
        points: camera name to (M, 2) row and column, and (M,) int classes; 255 is left out.
        names: of the classes.
        palette: one (R, G, B) per class.
        point_palette: one (R, G, B) per class of the points.
        point_title: says where the classes of the points come from.

    Returns:
        The figure, one row per camera.
    """
    rows = []
    for view, image in images.items():
        places, classes = points[view]
        shown = classes != 255
        radius = max(1, image.shape[1] // 400)
        dots = draw_points(image // 2, places[shown][:, ::-1],
                           colour_labels(classes[shown], point_palette), radius)
        rows.append([image, blend_labels(image, labels[view], palette), dots])
    return image_grid(rows, list(images), ['picture', 'weak labels', point_title], width=15.0,
                      legend=dict(zip(names, palette, strict=True)))
