"""Augmentation of an image with its depth map."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.datasets.transforms import (
    RandomColor,
    RandomCropFrame,
    RandomFlipFrame,
    RandomRotateFrame,
)


def make_results(height: int = 40, width: int = 60) -> dict:
    """A bright square that is near on a dark ground that is far."""
    image = np.full((height, width, 3), 20, np.uint8)
    depth = np.full((height, width), 50, np.float32)
    image[10:20, 30:50], depth[10:20, 30:50] = 200, 5
    return dict(imgs=[image], depth_map=depth)


@pytest.mark.parametrize('transform', [
    RandomRotateFrame(1.0, 10), RandomFlipFrame(1.0), RandomCropFrame((25, 41))])
def test_image_and_depth_move_together(transform) -> None:
    before = make_results()
    results = transform.transform(make_results())
    image, depth = results['imgs'][0], results['depth_map']
    assert image.shape[:2] == depth.shape
    assert not np.array_equal(depth, before['depth_map'])
    # Bilinear and nearest differ at the edges only.
    agree = (image[..., 0] > 110) == (depth == 5)
    assert agree.mean() > 0.98 and (depth == 5).any()
    assert set(np.unique(depth)) <= {0.0, 5.0, 50.0}


def test_turning_leaves_the_centre_and_empties_the_corners() -> None:
    results = RandomRotateFrame(1.0, 30).transform(make_results(41, 61))
    assert results['depth_map'][20, 30] == 50
    assert (results['depth_map'][[0, 0, -1, -1], [0, -1, 0, -1]] == 0).any()


def test_crops_reach_every_place_and_refuse_small_images() -> None:
    corners = {tuple(np.argwhere(RandomCropFrame((38, 58)).transform(
        make_results())['depth_map'] == 5)[0]) for _ in range(80)}
    assert corners == {(row, column) for row in (8, 9, 10) for column in (28, 29, 30)}
    with pytest.raises(ValueError, match='does not lie inside'):
        RandomCropFrame((41, 60)).transform(make_results())


def test_colours_follow_the_drawn_factors() -> None:
    values = np.arange(0, 256, dtype=np.uint8).reshape(1, 256, 1).repeat(3, 2)
    state = np.random.RandomState(3)
    np.random.seed(3)
    image = RandomColor(1.0, (0.9, 1.1), (0.75, 1.25), (0.9, 1.1)).transform(
        dict(imgs=[values]))['imgs'][0]
    state.rand()
    gamma, brightness = state.uniform(0.9, 1.1), state.uniform(0.75, 1.25)
    expected = values.astype(np.float64) ** gamma * brightness * state.uniform(0.9, 1.1, 3)
    np.testing.assert_allclose(image, expected.clip(0, 255), rtol=1e-5)
    assert image.dtype == np.float32
    untouched = RandomColor(0.0).transform(dict(imgs=[values]))['imgs'][0]
    np.testing.assert_array_equal(untouched, values)


def test_probability_zero_changes_nothing() -> None:
    for transform in (RandomRotateFrame(0.0), RandomFlipFrame(0.0)):
        results = transform.transform(make_results())
        np.testing.assert_array_equal(results['depth_map'], make_results()['depth_map'])
