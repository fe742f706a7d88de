"""Pixels, points, pairs, similarity and colours of one frame."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import cosine_similarity, interpolate

from mmcrossdistill.apis import FrameFeatures, read_frame


@pytest.fixture
def features(two_views) -> FrameFeatures:
    """Random features of 5 values; the last 10 points have none."""
    feats_3d = torch.randn(200, 5)
    valid = torch.arange(200) < 190
    return FrameFeatures(
        read_frame(two_views), (32, 64), torch.randn(2, 5, 4, 8), torch.randn(2, 5),
        feats_3d * valid[:, None], valid)


def test_dense_features_are_the_upsampled_map(features):
    # Images of the encoder's own size, so that pixel centres coincide.
    frame = read_frame(dict(imgs=[np.zeros((32, 64, 3), np.uint8)] * 2))
    same = FrameFeatures(frame, (32, 64), features.feats_2d, None, None, None)
    expected = interpolate(features.feats_2d, (32, 64), mode='bilinear', align_corners=True)
    torch.testing.assert_close(same.dense_features(1), expected[1].permute(1, 2, 0))
    torch.testing.assert_close(same.pixel_features(1, [(7.5, 3.5)])[0], expected[1, :, 3, 7])
    heat = same.enlarge(features.feats_2d[:, 0], 0)
    np.testing.assert_allclose(heat, expected[0, 0], atol=1e-5)


def test_pixels_count_in_the_image_as_given(features):
    # View 1 is (64, 128): twice the encoder's (32, 64); its pixel 31 is the encoder's 15.5.
    by_hand = interpolate(features.feats_2d[1:], (32, 64), mode='bilinear', align_corners=True)
    got = features.pixel_features(1, [(31.0, 21.0)])[0]  # the encoder's (15.5, 10.5): pixel 15, 10
    torch.testing.assert_close(got, by_hand[0, :, 10, 15])
    assert features.dense_features(1).shape == (64, 128, 5)
    with pytest.raises(ValueError, match='outside the image'):
        features.pixel_features(0, [(96.0, 3.0)])


def test_pairs_project_by_hand(features, two_views):
    corr = features.pairs()
    corr.validate(200, 2)
    assert {0, 1} == set(corr.view_idx.tolist())
    for row in range(0, len(corr), 7):
        point, view = int(corr.point_idx[row]), int(corr.view_idx[row])
        cam = two_views['lidar2cam'][view] @ [*two_views['points'][point, :3], 1]
        u, v, _ = two_views['cam2img'][view] @ (cam[:3] / cam[2])
        np.testing.assert_allclose(corr.pixel_uv[row], [u, v], rtol=1e-4, atol=1e-3)
        assert corr.depth[row] == pytest.approx(cam[2], rel=1e-4)


def test_similarity_is_the_cosine_in_both_modalities(features):
    got = features.similarity_to_point(3)
    query = features.feats_3d[3]
    torch.testing.assert_close(
        got.maps, cosine_similarity(features.feats_2d, query[None, :, None, None], dim=1))
    torch.testing.assert_close(
        got.points[:190], cosine_similarity(features.feats_3d[:190], query[None]))
    assert got.points[3] == pytest.approx(1) and not got.points[190:].any()
    from_pixel = features.similarity_to_pixel(0, (20.5, 10.5))
    torch.testing.assert_close(
        from_pixel.points,
        features.similarity(features.pixel_features(0, [(20.5, 10.5)])[0]).points)


def test_colours_are_joint_and_sparing(features):
    cells, points = features.pca_colours()
    assert cells.shape == (2, 4, 8, 3) and points.shape == (200, 3)
    assert (points[190:] == 0.5).all() and cells.min() >= 0 and cells.max() <= 1
    # A point with the feature of a cell has its colour, whatever the length of the feature.
    moved = features.feats_3d.clone()
    moved[0] = 3 * features.feats_2d[1, :, 2, 5]
    cells, points = FrameFeatures(
        features.frame, (32, 64), features.feats_2d, None, moved, features.valid_points
    ).pca_colours()
    np.testing.assert_allclose(points[0], cells[1, 2, 5], atol=1e-6)


def test_one_modality_and_two_widths(features):
    maps_only = FrameFeatures(features.frame, (32, 64), features.feats_2d, None, None, None)
    assert maps_only.similarity_to_pixel(0, (1., 1.)).points is None
    assert maps_only.pca_colours()[1] is None
    with pytest.raises(ValueError, match='point 0 has no feature'):
        maps_only.similarity_to_point(0)
    points_only = FrameFeatures(
        features.frame, (32, 64), None, None, features.feats_3d, features.valid_points)
    assert points_only.similarity_to_point(0).maps is None
    assert points_only.pca_colours()[0] is None
    with pytest.raises(ValueError, match='no images'):
        points_only.pixel_features(0, [(1., 1.)])
    with pytest.raises(ValueError, match='point 199 has no feature'):
        features.similarity_to_point(199)
    narrow = FrameFeatures(features.frame, (32, 64), features.feats_2d, None,
                           features.feats_3d[:, :4], features.valid_points)
    with pytest.raises(ValueError, match="stage='projector'"):
        narrow.similarity_to_pixel(0, (1., 1.))
    assert narrow.pca_colours()[1].shape == (200, 3)
    no_calibration = read_frame(dict(imgs=list(features.frame.imgs)))
    with pytest.raises(ValueError, match='cam2img'):
        FrameFeatures(no_calibration, (32, 64), features.feats_2d, None, None, None).pairs()
