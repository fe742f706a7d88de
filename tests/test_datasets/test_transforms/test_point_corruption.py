"""Tests of corrupted clouds."""
from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from mmcrossdistill.datasets.transforms import CorrespondencePipeline, CorruptPoints


@pytest.fixture
def keyframe(sample: dict[str, Any]) -> dict[str, Any]:
    """The tiny sample with a token."""
    return sample | dict(token='keyframe')


def corrupted(keyframe: dict[str, Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    """A corrupted copy."""
    return CorruptPoints(*args, **kwargs)(copy.deepcopy(keyframe))


@pytest.mark.parametrize(
    'severity, sigma', [(1, 0.02), (2, 0.04), (3, 0.06), (4, 0.08), (5, 0.1)])
def test_noise_has_the_published_deviation_on_every_channel(
        keyframe: dict[str, Any], severity: int, sigma: float) -> None:
    keyframe['points'] = np.tile(keyframe['points'], (50, 1))
    noise = corrupted(keyframe, 'gaussian_noise', severity)['points'] - keyframe['points']
    assert len(noise) > 10000
    np.testing.assert_allclose(noise.std(axis=0), sigma, rtol=0.03)
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=0.03 * sigma)
    # The same noise, scaled.
    first = corrupted(keyframe, 'gaussian_noise', 1)['points'] - keyframe['points']
    np.testing.assert_allclose(noise, severity * first, atol=2e-5)


def test_noise_can_leave_the_intensity_alone(keyframe: dict[str, Any]) -> None:
    points = corrupted(keyframe, 'gaussian_noise', 3, channels='xyz')['points']
    assert np.array_equal(points[:, 3], keyframe['points'][:, 3])
    assert (points[:, :3] != keyframe['points'][:, :3]).any(axis=0).all()


@pytest.mark.parametrize('severity, percent', [(1, 6), (2, 12), (3, 18), (4, 24), (5, 30)])
def test_thinning_drops_the_published_share_and_keeps_the_order(
        keyframe: dict[str, Any], severity: int, percent: int) -> None:
    count = len(keyframe['points'])
    assert count == 600
    keyframe['points'][:, 3] = np.arange(count)
    kept = corrupted(keyframe, 'density_decrease', severity)['points'][:, 3]
    assert len(kept) == count - count * percent // 100
    assert (np.diff(kept) > 0).all()
    weaker = corrupted(keyframe, 'density_decrease', 1)['points'][:, 3]
    assert set(kept) <= set(weaker)


def test_pairs_and_labels_follow_a_thinned_cloud(keyframe: dict[str, Any]) -> None:
    keyframe['points'][:, 3] = np.arange(len(keyframe['points']))
    keyframe['point_labels'] = np.arange(len(keyframe['points']))
    pair = CorrespondencePipeline(keep_visible_points=False, with_labels=True)
    after = CorruptPoints('density_decrease', 5)(pair(copy.deepcopy(keyframe)))
    assert np.array_equal(after['points'][:, 3], after['point_labels'])
    assert len(after['corr'].point_idx) > 0
    assert after['point_labels'][after['corr'].point_idx].tolist() == after['corr'].label.tolist()


@pytest.mark.parametrize('corruption', ['gaussian_noise', 'density_decrease'])
def test_a_sample_always_gets_the_same_corruption(
        corruption: str, keyframe: dict[str, Any]) -> None:
    before = keyframe['points'].copy()
    first = corrupted(keyframe, corruption, 2)['points']
    np.random.seed(5)
    assert np.array_equal(corrupted(keyframe, corruption, 2)['points'], first)
    assert not np.array_equal(corrupted(keyframe, corruption, 2, seed=1)['points'], first)
    other = corrupted(keyframe | dict(token='next'), corruption, 2)['points']
    assert not np.array_equal(other, first)
    assert np.array_equal(keyframe['points'], before)


def test_an_empty_cloud_passes(keyframe: dict[str, Any]) -> None:
    keyframe['points'] = keyframe['points'][:0]
    for corruption in ('gaussian_noise', 'density_decrease'):
        assert len(corrupted(keyframe, corruption, 5)['points']) == 0


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="'fog' is not one of"):
        CorruptPoints('fog', 1)
    with pytest.raises(ValueError, match='severity=0'):
        CorruptPoints('gaussian_noise', 0)
    with pytest.raises(ValueError, match="channels='xy'"):
        CorruptPoints('gaussian_noise', 1, channels='xy')
