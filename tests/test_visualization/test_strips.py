"""Strips by condition."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmcrossdistill.visualization.image_grid import render_rgb
from mmcrossdistill.visualization.overlay import colour_depth
from mmcrossdistill.visualization.strips import (
    Measured,
    depth_strips,
    dimmed_points,
    measured_area,
    segmentation_strips,
)

PALETTE = [(250, 0, 0), (0, 250, 0), (0, 0, 250)]


@pytest.fixture
def view() -> Measured:
    """A grey view of 40 x 80 whose lower half is measured, and one echo in the sky."""
    uv = np.stack(np.meshgrid(np.arange(0.5, 80, 2), np.arange(20.5, 40, 2)), -1).reshape(-1, 2)
    uv = np.concatenate([uv, [[40.5, 3.5]]])
    return Measured(np.full((40, 80, 3), 100, np.uint8), uv, np.linspace(50, 2, len(uv)),
                    np.zeros(len(uv), dtype=np.int64))


def test_the_sky_and_lonely_echoes_are_not_measured(view):
    area = measured_area(view)
    assert area[20:].all() and not area[:17].any()
    nothing = Measured(view.image, np.zeros((0, 2)), np.zeros(0))
    assert not measured_area(nothing).any()


def test_points_lie_over_the_darkened_view(view):
    drawn = dimmed_points(view, np.tile(np.uint8([[0, 250, 0]]), (len(view.uv), 1)))
    assert drawn.shape == (120, 240, 3)
    assert drawn[3 * 20 + 1, 1].tolist() == [0, 250, 0] and drawn[30, 30].tolist() == [35, 35, 35]


def _colours(figure) -> set:
    """Colours of a figure."""
    return {tuple(colour) for colour in np.unique(
        render_rgb(figure).reshape(-1, 3), axis=0).tolist()}


def test_classes_are_shown_and_named_only_where_measured(view):
    labels = np.full((40, 80), 1)
    labels[:10] = 2
    colours = _colours(segmentation_strips(
        {'night': view}, {'probe': [labels]}, ['a_b', 'c', 'd'], PALETTE))
    assert {PALETTE[0], PALETTE[1], (40, 190, 40), (30, 30, 30)} <= colours
    assert PALETTE[2] not in colours and (40, 40, 190) not in colours


def test_depths_have_the_colours_of_the_points_and_the_legend(view):
    near = replace(view, depth=np.full(len(view.uv), 7.0))
    colours = _colours(depth_strips({'night': near}, {'probe': [np.full((40, 80), 20.0)]}))
    shown = {depth: tuple(colour_depth(np.array([depth]))[0].tolist()) in colours
             for depth in (1.0, 7.0, 10.0, 15.0, 20.0, 60.0)}
    assert shown == {1.0: True, 7.0: True, 10.0: True, 15.0: False, 20.0: True, 60.0: True}
