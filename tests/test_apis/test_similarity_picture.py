"""Similarity to a query point, drawn on pixels and points."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from mmcrossdistill.apis.frame import read_frame
from mmcrossdistill.apis.frame_features import FrameFeatures
from mmcrossdistill.apis.similarity_picture import find_query, similarity_views

SIZE = (40, 80)


def two_halves() -> FrameFeatures:
    """A frame whose left half has one feature and whose right half another, in both modalities."""
    generator = np.random.default_rng(0)
    uv = generator.uniform(1, (SIZE[1] - 1, SIZE[0] - 1), (300, 2))
    cam2img = np.array([[40.0, 0, 40], [0, 40, 20], [0, 0, 1]])
    points = np.concatenate(
        [np.c_[uv, np.ones(300)] @ np.linalg.inv(cam2img).T * 10, np.zeros((300, 1))], axis=1)
    frame = read_frame(dict(
        imgs=[np.full((*SIZE, 3), 90, dtype=np.uint8)], points=points.astype(np.float32),
        cam2img=cam2img, lidar2cam=np.eye(4)))
    maps = torch.zeros(1, 2, 10, 20)
    maps[:, 0, :, :10], maps[:, 1, :, 10:] = 1, 1
    rows = torch.eye(2)[torch.from_numpy((uv[:, 0] > 40).astype(int))]
    valid = torch.ones(300, dtype=torch.bool)
    valid[0] = False
    return FrameFeatures(frame, SIZE, maps, None, rows, valid)


def test_the_query_is_the_valid_point_nearest_to_the_pixel() -> None:
    features = two_halves()
    pairs = features.pairs()
    for index in (0, 7):
        place = pairs.pixel_uv[pairs.point_idx == index][0]
        query = find_query(features, 0, place.tolist())
        assert (query.point == index) == (index == 7)
    centre = find_query(features, 0)
    assert np.hypot(centre.uv[0] - 40, centre.uv[1] - 20) < 8


def test_the_querys_half_is_yellow_and_the_other_violet() -> None:
    features = two_halves()
    pixels, points = similarity_views(features, find_query(features, 0, (10, 20)))
    assert pixels.shape == points.shape == (*SIZE, 3)
    for picture in (pixels, points):
        near, far = picture[:, 20:35].reshape(-1, 3), picture[:, 45:].reshape(-1, 3)
        assert near[:, 1].max() > 200, 'yellow has much green'
        assert far[:, 1].max() < 60 and far.max() > 60, 'violet has none'
    assert (pixels[18:23, 5:15] == (255, 0, 0)).all(axis=2).any(), 'the query is marked'


def test_an_image_without_points_is_told() -> None:
    features = two_halves()
    features.valid_points[:] = False
    with pytest.raises(ValueError, match='shows no point'):
        find_query(features, 0)
