"""Similarities as colours."""
from __future__ import annotations

import numpy as np

from mmcrossdistill.visualization.similarity import (
    blend_similarity,
    colour_similarity,
    colour_values,
    mark_pixel,
)


def test_low_is_blue_and_high_is_red():
    low, middle, high = colour_similarity(np.array([-0.4, 0.5, 1.0])).astype(int)
    assert low[2] > low[0] + 60 and high[0] > high[2] + 60 and middle[1] == middle.max()
    np.testing.assert_array_equal(low, colour_similarity(np.zeros(1))[0])
    np.testing.assert_array_equal(colour_values(np.array([5.0]), 0, 10),
                                  colour_values(np.array([0.5])))


def test_colours_cover_the_image_by_their_weight():
    image = np.full((4, 6, 3), 100, np.uint8)
    blended = blend_similarity(image, np.ones((4, 6)), alpha=0.25)
    np.testing.assert_array_equal(
        blended[0, 0], np.rint(75 + 0.25 * colour_similarity(np.ones(1))[0]))


def test_the_ring_is_around_the_pixel_and_the_image_is_spared():
    image = np.full((100, 200, 3), 128, np.uint8)
    marked = mark_pixel(image, (60.7, 30.2))
    rows, columns = np.nonzero((marked != 128).any(axis=2))
    assert (image == 128).all() and marked[30, 60].tolist() == [128] * 3
    assert abs(rows.mean() - 30) < 0.5 and abs(columns.mean() - 60) < 0.5
    assert marked.min() < 30 and marked.max() > 200
