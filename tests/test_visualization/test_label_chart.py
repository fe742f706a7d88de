"""Charts and pictures of weak labels."""
from __future__ import annotations

import numpy as np

from mmcrossdistill.visualization.image_grid import render_rgb
from mmcrossdistill.visualization.label_chart import label_chart, label_pictures


def _entry(name: str, pixels: float, precision: float | None) -> dict:
    return dict(name=name, pixels=pixels, points=pixels / 2, precision=precision, recall=precision)


def test_chart() -> None:
    summary = dict(scored_points=5, classes=[
        _entry('car', 0.1, 0.5), _entry('traffic_cone', 0.0, None), _entry('road', 0.9, 1.0)])
    figure = label_chart(summary, 'labels')
    shares, agreement = figure.axes
    assert [bar.get_height() for bar in shares.patches] == [10, 0, 90, 5, 0, 45]
    # Cones occur neither in the labels nor at points.
    assert [bar.get_height() for bar in agreement.patches] == [50, 100] * 2
    assert [text.get_text() for text in shares.get_xticklabels()] == ['car', 'traffic cone', 'road']
    assert len(label_chart({**summary, 'scored_points': 0}, 'labels').axes) == 1


def test_pictures() -> None:
    image = np.full((40, 60, 3), 100, np.uint8)
    labels = np.full((40, 60), 255)
    labels[:, 30:] = 1
    points = (np.array([[20, 10], [20, 50]]), np.array([0, 255]))
    figure = label_pictures(
        {'CAM_FRONT': image}, {'CAM_FRONT': labels}, {'CAM_FRONT': points}, ('car', 'road'),
        ((255, 0, 0), (0, 255, 0)), ((0, 0, 255),), 'points')
    assert [axes.get_title() for axes in figure.axes] == ['picture', 'weak labels', 'points']
    picture, overlay, dots = (axes.images[0].get_array() for axes in figure.axes)
    assert (picture == image).all() and (overlay[:, :30] == 100).all()
    assert (overlay[:, 30:] == [40, 193, 40]).all()
    assert dots[20, 10].tolist() == [0, 0, 255] and dots[20, 50].tolist() == [50, 50, 50]
    assert render_rgb(figure).shape[2] == 3
