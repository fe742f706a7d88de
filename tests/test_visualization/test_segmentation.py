"""Class colours over images."""
import numpy as np
import pytest

from mmcrossdistill.visualization.segmentation import blend_labels, colour_labels

PALETTE = [(255, 0, 0), (0, 128, 0)]


def test_labels_take_their_colour_and_ignored_ones_are_black():
    colours = colour_labels(np.array([[0, 1, 255]]), PALETTE)
    np.testing.assert_array_equal(colours, [[[255, 0, 0], [0, 128, 0], [0, 0, 0]]])


def test_a_label_without_colour_is_refused():
    with pytest.raises(ValueError, match='2 colours'):
        colour_labels(np.array([2]), PALETTE)


def test_blend_keeps_ignored_pixels_and_mixes_the_others():
    image = np.full((1, 2, 3), 100, dtype=np.uint8)
    blended = blend_labels(image, np.array([[1, 255]]), PALETTE, alpha=0.5)
    np.testing.assert_array_equal(blended, [[[50, 114, 50], [100, 100, 100]]])
    assert blended.dtype == np.uint8


def test_sizes_must_agree():
    with pytest.raises(ValueError, match='labels are'):
        blend_labels(np.zeros((2, 2, 3), np.uint8), np.zeros((2, 3), int), PALETTE)
