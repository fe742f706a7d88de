"""Tests of CorrespondencePipeline."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mmcrossdistill.datasets.transforms import CorrespondencePipeline


def test_pairs_name_the_points_they_come_from(sample: dict[str, Any]) -> None:
    before = sample['points'].copy()
    results = CorrespondencePipeline(with_labels=True)(sample)
    corr = results['corr']
    corr.validate(len(results['points']), 2, (60, 96))
    assert set(corr.view_idx.tolist()) == {0, 1}
    # The labels were the rows of the whole cloud.
    np.testing.assert_array_equal(
        before[corr.label.numpy()], results['points'][corr.point_idx.numpy()])
    for view in (0, 1):
        own = corr.view_idx.numpy() == view
        points = results['points'][corr.point_idx.numpy()[own]]
        cam = points[:, :3] @ results['view_lidar2cam'][view][:3, :3].T
        np.testing.assert_allclose(corr.depth.numpy()[own], cam[:, 2], rtol=1e-5)
        np.testing.assert_allclose(
            corr.pixel_uv.numpy()[own], 60 * cam[:, :2] / cam[:, 2:] + (48, 30), atol=1e-3)


def test_keep_visible_keeps_exactly_the_paired_points(sample: dict[str, Any]) -> None:
    results = CorrespondencePipeline()(sample)
    assert np.unique(results['corr'].point_idx).tolist() == list(range(len(results['points'])))
    assert len(results['points']) == len(results['point_labels']) < 600


def test_whole_cloud_stays_on_request(sample: dict[str, Any]) -> None:
    results = CorrespondencePipeline(keep_visible_points=False)(sample)
    assert len(results['points']) == 600
    assert 0 < len(results['corr']) < 600


def test_a_point_in_two_cameras_gives_two_pairs(sample: dict[str, Any]) -> None:
    sample['view_lidar2cam'][1] = sample['view_lidar2cam'][0]
    results = CorrespondencePipeline()(sample)
    assert len(results['corr']) == 2 * len(results['points'])


def test_without_pairs_the_cloud_stays(sample: dict[str, Any]) -> None:
    sample['points'] = np.array([[0, 0, 50, 1]], np.float32)
    sample['point_labels'] = np.array([7])
    results = CorrespondencePipeline(with_labels=True)(sample)
    assert len(results['corr']) == 0 and len(results['points']) == 1
    assert results['corr'].label.shape == (0,) and results['corr'].pixel_uv.shape == (0, 2)


def test_nearest_per_pixel_leaves_one_pair_a_pixel(sample: dict[str, Any]) -> None:
    sample['view_cam2img'] = sample['view_cam2img'] * np.array([[0.1], [0.1], [1]])
    sample['imgs'] = [image[:6, :9] for image in sample['imgs']]
    dense = CorrespondencePipeline()(dict(sample))['corr']
    thin = CorrespondencePipeline(nearest_per_pixel=True)(dict(sample))['corr']
    pixel = [(int(v), *np.floor(uv)) for v, uv in zip(thin.view_idx, thin.pixel_uv, strict=True)]
    assert len(thin) == len(set(pixel)) < len(dense)
    for key, depth in zip(pixel, thin.depth, strict=True):
        same = [d for v, uv, d in zip(dense.view_idx, dense.pixel_uv, dense.depth, strict=True)
                if (int(v), *np.floor(uv)) == key]
        assert depth == min(same)


def test_occlusion_drops_points_behind_a_wall(sample: dict[str, Any]) -> None:
    generator = np.random.default_rng(0)
    wall = generator.uniform((10, -5, -3, 0), (10, 5, 3, 0), (3000, 4))
    behind = generator.uniform((20, -5, -3, 0), (20, 5, 3, 0), (50, 4))
    sample['points'] = np.concatenate([wall, behind]).astype(np.float32)
    sample['point_labels'] = np.repeat([0, 1], [3000, 50])
    whole = CorrespondencePipeline(with_labels=True)(dict(sample))['corr']
    seen = CorrespondencePipeline(
        with_labels=True, occlusion=dict(cell=4, margin=0.1))(dict(sample))['corr']
    assert (whole.label == 1).sum() == 50
    assert (seen.label == 1).sum() == 0
    assert (seen.label == 0).sum() == (whole.label == 0).sum()


@pytest.mark.parametrize('rounding', ['floor', 'round'])
def test_rounding_puts_pairs_on_integers(sample: dict[str, Any], rounding: str) -> None:
    exact = CorrespondencePipeline()(dict(sample))['corr'].pixel_uv.numpy()
    rounded = CorrespondencePipeline(pixel_rounding=rounding)(dict(sample))['corr']
    np.testing.assert_array_equal(rounded.pixel_uv.numpy(), getattr(np, rounding)(exact))
    rounded.validate(600, 2, (60, 96))


@pytest.mark.parametrize('options', [
    dict(border='open'), dict(pixel_rounding='ceil'), dict(occlusion=dict(cell=3))])
def test_invalid_options(options: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        CorrespondencePipeline(**options)


def test_labels_must_be_loaded(sample: dict[str, Any]) -> None:
    del sample['point_labels']
    with pytest.raises(KeyError, match='LoadPointLabels'):
        CorrespondencePipeline(with_labels=True)(sample)
