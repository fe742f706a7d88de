"""The pictures of the report: results of views in, PNG files out."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from mmcrossdistill.datasets.nuscenes_classes import CLASSES, PALETTE
from mmcrossdistill.simulation.contact_sheet import contact_sheet
from mmcrossdistill.visualization.charts import Curve, loss_curves
from mmcrossdistill.visualization.image_grid import encode_png, image_grid
from mmcrossdistill.visualization.overlay import colour_depth, draw_points
from mmcrossdistill.visualization.pca_map import fit_pca, pca_to_rgb
from mmcrossdistill.visualization.segmentation import blend_labels, colour_labels

from .report import Picture
from .run_logs import loss_history
from .views import MOMENTS, Examined, Measured

_SCALE = 3


def _points(view: Measured, colours: np.ndarray) -> np.ndarray:
    """Draw the LiDAR points over the darkened and enlarged view, so that they stay apart."""
    large = cv2.resize(view.image, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_CUBIC)
    dimmed = (large * 0.55).astype(np.uint8)
    return draw_points(dimmed, view.uv * _SCALE, colours, radius=2)


def _depth_map(depth: np.ndarray) -> np.ndarray:
    """Colour a dense depth map as the points are coloured."""
    return colour_depth(depth.reshape(-1)).reshape(*depth.shape, 3)


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
    """Show the feature maps as colours.

    The components are fitted on the clear map of the encoder before distillation and serve all
    maps: where rain or night leaves the features alone, the colours of the clear row return.

    Args:
        views: by condition, of one place.

    Returns:
        The picture.
    """
    clear = _unit(views['day-clear'].features[0])
    basis = fit_pca(clear.reshape(-1, clear.shape[-1]))
    rows = [
        [view.measured.image, *(pca_to_rgb(_unit(maps), basis) for maps in view.features)]
        for view in views.values()]
    return Picture(
        'feature_maps', 'Feature maps before and after',
        'Three principal components of the l2-normalised patch features as red, green and blue, '
        'because distillation compares directions and leaves lengths free; fitted on the '
        'clear map before distillation and kept for all. The same place is shown in every row: '
        'the closer a row comes to the clear row of its column, the less the condition disturbs '
        'the features.',
        encode_png(image_grid(rows, list(views), ['image', *MOMENTS])))


def _unit(features: np.ndarray) -> np.ndarray:
    """Scale every feature to length 1."""
    return features / np.linalg.norm(features, axis=-1, keepdims=True).clip(1e-12)


def segmentation_picture(views: Mapping[str, Examined]) -> Picture:
    """Show the labels and the predicted classes.

    Args:
        views: by condition.

    Returns:
        The picture.
    """
    rows, present = [], set()
    for view in views.values():
        image, truth = view.measured.image, view.measured.labels
        rows.append([image, _points(view.measured, colour_labels(truth, PALETTE)), *(
            blend_labels(image, labels, PALETTE) for labels in view.pred_labels)])
        present |= {*truth.tolist(), *np.unique(view.pred_labels).tolist()}
    legend = {name.replace('_', ' '): colour for index, (name, colour) in enumerate(
        zip(CLASSES, PALETTE, strict=True)) if index in present}
    return Picture(
        'segmentation', 'Segmentation before and after',
        'Ground truth are the LiDAR labels projected into the image; the predictions are those of '
        'the linear probes, at every pixel.',
        encode_png(image_grid(
            rows, list(views), ['image', 'ground truth', *MOMENTS], legend=legend)))


def depth_picture(views: Mapping[str, Examined]) -> Picture:
    """Show the measured and the predicted depths.

    Args:
        views: by condition.

    Returns:
        The picture.
    """
    rows = [[view.measured.image, _points(view.measured, colour_depth(view.measured.depth)),
             *(_depth_map(depth) for depth in view.pred_depth)] for view in views.values()]
    return Picture(
        'depth', 'Depth before and after',
        'LiDAR depth and the predictions of the linear probes, red near to blue far (1 to 60 m, '
        'logarithmic).', encode_png(image_grid(
            rows, list(views), ['image', 'LiDAR over the image', *MOMENTS])))


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
