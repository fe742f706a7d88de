"""Features of a frame as colours."""
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from matplotlib.figure import Figure

from mmcrossdistill.visualization.bird_eye import bird_eye
from mmcrossdistill.visualization.feature_maps import joint_colours
from mmcrossdistill.visualization.image_grid import image_grid, render_rgb
from mmcrossdistill.visualization.overlay import draw_points

from .frame import read_frame
from .frame_features import FrameFeatures

if TYPE_CHECKING:
    from .feature_inferencer import FeatureInferencer

_MIN_WIDTH = 480  # pixels; smaller images are enlarged, or the points cover them


def feature_picture(features: FrameFeatures, width: float = 12.0) -> np.ndarray:
    """Draw the features of a frame as colours: three principal components of both modalities.

    One row per image: the image, its features, and, with calibrated points, the points' features
    on the darkened image. A frame without images is drawn from above.

    Args:
        features: of the frame.
        width: of the picture, inches at 100 dots each.

    Returns:
        (H, W, 3) uint8.
    """
    cells, points = features.pca_colours()
    frame = features.frame
    if cells is None:
        return bird_eye(frame.points, points, size=round(100 * width))
    with_points = points is not None and frame.cam2img is not None and frame.lidar2cam is not None
    corr = features.pairs() if with_points else None
    rows = []
    for view, (image, colours) in enumerate(zip(frame.imgs, cells, strict=True)):
        row = [image, colours]
        if with_points:
            own = corr.select(corr.view_idx == view)
            own = own.select(own.depth.argsort(descending=True))
            scale = max(1.0, _MIN_WIDTH / image.shape[1])
            dimmed = cv2.resize(image, None, fx=scale, fy=scale) // 3
            row.append(draw_points(
                dimmed, own.pixel_uv.numpy() * scale,
                np.rint(255 * points[own.point_idx.numpy()]).astype(np.uint8),
                radius=max(1, dimmed.shape[1] // 240)))
        rows.append(row)
    titles = ['image', 'features of the image', 'features of the points']
    if with_points and features.feats_2d.shape[1] == features.feats_3d.shape[1]:
        titles[2] += ', same colours'
    return render_rgb(image_grid(rows, frame.view_names, titles[:len(rows[0])], width))


def encoder_picture(images: Mapping[str, Any], encoders: Mapping[str, FeatureInferencer],
                    width: float = 12.0) -> Figure:
    """Draw the feature maps of several encoders on the same images, as comparable colours.

    Args:
        images: by title; paths or (H, W, 3) uint8 RGB arrays of one aspect ratio.
        encoders: by title.
        width: of the figure, inches.

    Returns:
        The figure: one row per image, one column per encoder.
    """
    frames = [read_frame(image) for image in images.values()]
    maps = {title: [one.feats_2d[0].permute(1, 2, 0).numpy()
                    for one in encoder(frames)['predictions']]
            for title, encoder in encoders.items()}
    columns = joint_colours(maps)
    rows = [[frame.imgs[0], *(column[number] for column in columns.values())]
            for number, frame in enumerate(frames)]
    return image_grid(rows, list(images), ['image', *columns], width)
