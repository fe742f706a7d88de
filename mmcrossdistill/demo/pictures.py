"""The pictures of the report: results of views in, PNG files out."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mmcrossdistill.chain.run_logs import loss_history
from mmcrossdistill.datasets.nuscenes_classes import CLASSES, PALETTE
from mmcrossdistill.simulation.contact_sheet import contact_sheet
from mmcrossdistill.visualization.charts import Curve, loss_curves
from mmcrossdistill.visualization.feature_maps import joint_basis, unit_rows
from mmcrossdistill.visualization.image_grid import encode_png, image_grid
from mmcrossdistill.visualization.pca_map import pca_to_rgb
from mmcrossdistill.visualization.strips import (
    Measured,
    depth_strips,
    dimmed_points,
    segmentation_strips,
)
from mmcrossdistill.visualization.tsne import ConditionCloud, condition_maps

from .report import Picture
from .views import MOMENTS, Examined


def world_picture(data: Path, out: Path) -> Picture:
    """Show one street of the world in every condition, and the LiDAR over it.

    Args:
        data: root of the world.
        out: the PNG file to write.

    Returns:
        The picture.
    """
    contact_sheet(data, out)
    return Picture(
        'world', 'The world',
        'One keyframe of the validation split, rendered in every condition, and its LiDAR points '
        'on the front camera, red near to blue far: the condition changes the pictures strongly '
        'and the LiDAR hardly.', out.read_bytes())


def feature_picture(views: Mapping[str, Examined]) -> Picture:
    """Show the feature maps, and the features of the LiDAR encoder that taught, as colours.

    They all live in one space, so that one set of components, fitted on all of them, serves all.

    Args:
        views: by condition, of one place.

    Returns:
        The picture.
    """
    basis = joint_basis(*(maps for view in views.values() for maps in view.features),
                        np.concatenate([view.teacher for view in views.values()]))
    rows = []
    for view in views.values():
        maps = [pca_to_rgb(unit_rows(one), basis) for one in view.features]
        teacher = pca_to_rgb(unit_rows(view.teacher)[None], basis)[0]
        points = dimmed_points(replace(view.measured, uv=view.teacher_uv),
                               np.rint(255 * teacher).astype(np.uint8), radius=3)
        rows.append([view.measured.image, *maps, points])
    return Picture(
        'feature_maps', 'Feature maps before and after',
        'Three principal components of the l2-normalised features as red, green and blue, fitted '
        'on all of these maps together: equal colours are equal features, also between columns. '
        'The same place is shown in every row: the closer a row comes to the clear row of its '
        'column, the less the condition disturbs the features. Right, the teacher of stage 2 on '
        'the points within its range: the closer the second column of maps comes to its colours, '
        'the more the image encoder has learnt from it.',
        encode_png(image_grid(rows, list(views), ['image', *MOMENTS, 'LiDAR encoder (teacher)'])))


def condition_picture(clouds: Sequence[ConditionCloud], numbers: Mapping[str, Any]) -> Picture:
    """Show how far the encoders tell the conditions apart.

    Args:
        clouds: before and after.
        numbers: of each, by moment.

    Returns:
        The picture.
    """
    figure = condition_maps(clouds, [numbers[cloud.title] for cloud in clouds])
    count = len(clouds[0].conditions) // len(set(clouds[0].conditions))
    return Picture(
        'conditions', 'Day and night before and after',
        f'One dot per image: t-SNE of the CLS tokens of {count} views by day and as many at night; '
        'the axes mean nothing. Linear separability is the balanced accuracy with which a linear '
        'classifier tells the condition of streets it has not seen (50 %: it cannot), centroid '
        'distance how far the two means lie apart in units of the spread within a condition. Lower '
        'means that the encoder says less of the light; whether it says more of the street, the '
        'probes tell.', encode_png(figure))


def segmentation_picture(views: Mapping[str, Examined]) -> Picture:
    """Show the labels and the predicted classes.

    Args:
        views: by condition.

    Returns:
        The picture.
    """
    figure = segmentation_strips(
        _measured(views), _by_moment(view.pred_labels for view in views.values()),
        CLASSES, PALETTE)
    return Picture(
        'segmentation', 'Segmentation before and after',
        'Ground truth are the LiDAR labels projected into the image; the predictions are those of '
        'the linear probes, shown where the LiDAR measures: of the dark rest the probes learn '
        'nothing.', encode_png(figure))


def depth_picture(views: Mapping[str, Examined]) -> Picture:
    """Show the measured and the predicted depths.

    Args:
        views: by condition.

    Returns:
        The picture.
    """
    figure = depth_strips(
        _measured(views), _by_moment(view.pred_depth for view in views.values()))
    return Picture(
        'depth', 'Depth before and after',
        'LiDAR depth and the predictions of the linear probes, red near to blue far on a '
        'logarithmic scale, shown where the LiDAR measures.', encode_png(figure))


def _measured(views: Mapping[str, Examined]) -> dict[str, Measured]:
    """Take the measured side of the views."""
    return {condition: view.measured for condition, view in views.items()}


def _by_moment(predictions: Iterable[tuple[np.ndarray, np.ndarray]],
               ) -> dict[str, tuple[np.ndarray, ...]]:
    """Turn pairs by view into sequences by moment."""
    return dict(zip(MOMENTS, zip(*predictions, strict=True), strict=True))


def loss_picture(folder: Path) -> Picture:
    """Show the losses of the three trainings.

    Args:
        folder: of one repetition.

    Returns:
        The picture.
    """
    titles = (('reference', 'reference encoder, supervised'),
              ('stage1', 'stage 1, image to LiDAR'), ('stage2', 'stage 2, LiDAR to image'))
    return Picture(
        'losses', 'Training losses', 'Logged values and their moving average, first seed.',
        encode_png(loss_curves([
            Curve(title, *loss_history(folder / name)) for name, title in titles])))
