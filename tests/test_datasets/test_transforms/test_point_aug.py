"""Tests of the point augmentations."""
from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.transforms import (
    CorrespondencePipeline,
    RandomFlipPoints,
    RandomRotateZ,
    RandomScalePoints,
    SelectViews,
)

PAIR = CorrespondencePipeline(keep_visible_points=False)
AUGMENTATIONS = [RandomRotateZ(), RandomFlipPoints(1.0), RandomFlipPoints(1.0, 'independent'),
                 RandomScalePoints(0.1)]


@pytest.mark.parametrize('augment', AUGMENTATIONS)
def test_projecting_after_equals_projecting_before(augment: Any, sample: dict[str, Any]) -> None:
    before = PAIR(copy.deepcopy(sample))['corr']
    moved = augment(copy.deepcopy(sample))
    assert np.abs(moved['points'] - sample['points']).max() > 0.01
    after = PAIR(moved)['corr']
    assert after.point_idx.tolist() == before.point_idx.tolist()
    torch.testing.assert_close(after.pixel_uv, before.pixel_uv, atol=2e-3, rtol=0)
    torch.testing.assert_close(after.depth, before.depth, atol=1e-3, rtol=0)


@pytest.mark.parametrize('augment', AUGMENTATIONS)
def test_pairs_and_intensity_are_untouched(augment: Any, sample: dict[str, Any]) -> None:
    results = PAIR(sample)
    before, intensity = results['corr'], results['points'][:, 3].copy()
    results = augment(results)
    assert torch.equal(results['corr'].point_idx, before.point_idx)
    assert torch.equal(results['corr'].pixel_uv, before.pixel_uv)
    assert np.array_equal(results['points'][:, 3], intensity)


def test_views_selected_after_an_augmentation_know_it(sample: dict[str, Any]) -> None:
    images = {name: dict(cam2img=cam2img.tolist(), lidar2cam=lidar2cam.tolist())
              for name, cam2img, lidar2cam in zip(
                  sample['view_names'], sample['view_cam2img'], sample['view_lidar2cam'],
                  strict=True)}
    expected = PAIR(copy.deepcopy(sample))['corr']
    late = {key: sample[key] for key in ('points', 'view_names', 'imgs')} | dict(images=images)
    late = RandomScalePoints()(RandomRotateZ()(late))
    corr = PAIR(SelectViews()(late))['corr']
    torch.testing.assert_close(corr.pixel_uv, expected.pixel_uv, atol=2e-3, rtol=0)


def test_rotation_turns_about_z(sample: dict[str, Any]) -> None:
    before = sample['points'].copy()
    after = RandomRotateZ(0.5)(sample)['points']
    turned = np.arctan2(after[:, 1], after[:, 0]) - np.arctan2(before[:, 1], before[:, 0])
    turned = np.angle(np.exp(1j * turned))
    assert np.ptp(turned) < 1e-4 and 0 < abs(turned[0]) <= 0.5
    assert np.array_equal(after[:, 2], before[:, 2])


def test_flip_rates() -> None:
    """ScaLR: none, x and y a third each; SLidR: the axes are independent."""
    def signs(transform: RandomFlipPoints) -> np.ndarray:
        return np.array([transform(dict(points=np.ones((1, 4), np.float32)))['points'][0, :2]
                         for _ in range(900)])
    one = signs(RandomFlipPoints())
    assert not (one < 0).all(axis=1).any()
    assert np.abs((one < 0).mean(axis=0) - 1 / 3).max() < 0.06
    both = signs(RandomFlipPoints(0.5, 'independent'))
    assert abs((both < 0).all(axis=1).mean() - 0.25) < 0.06


def test_scale_is_one_factor(sample: dict[str, Any]) -> None:
    before = sample['points'].copy()
    ratio = RandomScalePoints(0.1)(sample)['points'][:, :3] / before[:, :3]
    assert np.ptp(ratio) < 1e-5 and 0.9 <= ratio.mean() <= 1.1


def test_invalid_options() -> None:
    with pytest.raises(ValueError, match='mode'):
        RandomFlipPoints(mode='both')
    with pytest.raises(ValueError, match='ratio'):
        RandomScalePoints(1.0)
