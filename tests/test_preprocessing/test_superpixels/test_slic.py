"""Tests of SLIC."""
from __future__ import annotations

import numpy as np
from skimage.segmentation import slic

from mmcrossdistill.preprocessing.superpixels.slic import SlicSegmenter


def _picture() -> np.ndarray:
    generator = np.random.default_rng(0)
    picture = np.zeros((48, 96, 3), np.uint8)
    picture[:, 48:] = (200, 40, 10)
    picture[24:] += np.uint8(40)
    return picture + generator.integers(0, 8, picture.shape, dtype=np.uint8)


def test_equals_the_published_call() -> None:
    expected = slic(_picture(), n_segments=150, compactness=6, sigma=3.0, start_label=0)
    np.testing.assert_array_equal(SlicSegmenter()(_picture()), expected)


def test_reduced_regions_have_the_size_of_the_image() -> None:
    regions = SlicSegmenter(segments=8, sigma=1.0, max_side=48)(_picture())
    assert regions.shape == (48, 96) and regions.min() == 0
    assert 3 < len(np.unique(regions)) <= 12
    left, right = set(regions[:, :44].flat), set(regions[:, 52:].flat)
    assert not left & right
