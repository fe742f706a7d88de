"""Tests of failing scanners."""
from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmcrossdistill.datasets.transforms import CorruptScan
from mmcrossdistill.datasets.transforms.scan_corruption import SCAN_CORRUPTIONS

AZIMUTHS, BEAMS = 300, 32
CAR, PEDESTRIAN, BUS = 3, 6, 2


@pytest.fixture
def scan(tmp_path: Path) -> dict[str, Any]:
    """A scan whose intensity numbers its points, beam by beam as they fire."""
    count = AZIMUTHS * BEAMS
    generator = np.random.default_rng(0)
    rows = np.concatenate([
        generator.normal(size=(count, 3)) * 20, np.arange(count)[:, None],
        np.tile(np.arange(BEAMS), AZIMUTHS)[:, None]], axis=1).astype(np.float32)
    rows.tofile(tmp_path / 'scan.bin')
    labels = np.full(count, PEDESTRIAN)
    labels[:1000], labels[1000:1010] = CAR, BUS
    return dict(token='keyframe', points=rows[:, :4].copy(), point_labels=labels,
                lidar_points=dict(lidar_path=str(tmp_path / 'scan.bin'), num_pts_feats=5))


def corrupted(scan: dict[str, Any], corruption: str, severity: int, **kwargs: Any,
              ) -> dict[str, Any]:
    """A corrupted copy."""
    return CorruptScan(corruption, severity, **kwargs)(copy.deepcopy(scan))


def number(results: dict[str, Any]) -> np.ndarray:
    """Rows of the points that are left."""
    return results['points'][:, 3].astype(np.int64)


@pytest.mark.parametrize('severity, lost', [(1, 8), (2, 16), (3, 24)])
def test_beams_go_missing_whole(scan: dict[str, Any], severity: int, lost: int) -> None:
    rows = number(corrupted(scan, 'beam_missing', severity))
    left, counts = np.unique(rows % BEAMS, return_counts=True)
    assert len(left) == BEAMS - lost and (counts == AZIMUTHS).all()
    assert {0, 1, 29, 30, 31} <= set(left)
    assert (np.diff(rows) > 0).all()
    other = number(corrupted(scan, 'beam_missing', severity, seed=1))
    assert set(rows % BEAMS) != set(other % BEAMS)


@pytest.mark.parametrize('severity, kept', [
    (1, [0, 2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19, 20, 22, 23, 24, 26, 27, 28, 30, 31]),
    (2, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]),
    (3, [0, 5, 9, 13, 17, 21, 25, 29])])
def test_another_sensor_has_fewer_beams_and_points(
        scan: dict[str, Any], severity: int, kept: list[int]) -> None:
    rows = number(corrupted(scan, 'cross_sensor', severity))
    every = [row for row in range(AZIMUTHS * BEAMS) if row % BEAMS in kept]
    np.testing.assert_array_equal(rows, every[::2])


@pytest.mark.parametrize('severity, share', [(1, 0.03), (2, 0.07), (3, 0.12)])
def test_crosstalk_throws_points_about(
        scan: dict[str, Any], severity: int, share: float) -> None:
    results = corrupted(scan, 'crosstalk', severity)
    change = results['points'] - scan['points']
    moved = (change != 0).any(axis=1)
    assert moved.sum() == int(share * AZIMUTHS * BEAMS)
    np.testing.assert_allclose(change[moved].std(axis=0), 3.0, rtol=0.15)
    assert (results['point_labels'][moved] == 255).all()
    np.testing.assert_array_equal(results['point_labels'][~moved], scan['point_labels'][~moved])
    weaker = (corrupted(scan, 'crosstalk', 1)['points'] != scan['points']).any(axis=1)
    assert (moved | ~weaker).all()


@pytest.mark.parametrize('severity, share', [(1, 0.75), (2, 0.85), (3, 0.95)])
def test_echoes_of_vehicles_are_lost(scan: dict[str, Any], severity: int, share: float) -> None:
    results = corrupted(scan, 'incomplete_echo', severity)
    np.testing.assert_array_equal(
        results['point_labels'], scan['point_labels'][number(results)])
    counts = np.bincount(results['point_labels'], minlength=10)
    assert counts[CAR] == 1000 - int(share * 1000)
    # Too few to lose any; no vehicle.
    assert counts[BUS] == 10
    assert counts[PEDESTRIAN] == AZIMUTHS * BEAMS - 1010


@pytest.mark.parametrize('severity, sigma', [(1, 0.2), (2, 0.3), (3, 0.4)])
def test_a_blurred_scan_moves_and_jitters(
        scan: dict[str, Any], severity: int, sigma: float) -> None:
    points = corrupted(scan, 'motion_blur', severity)['points']
    change = points - scan['points']
    assert (change[:, 3] == 0).all()
    np.testing.assert_allclose(
        change[:, :3].std(axis=0), sigma * np.array([0.1, 0.1, 0.05]), rtol=0.05)
    shifts = np.stack([
        (corrupted(scan | dict(token=str(token)), 'motion_blur', severity)['points']
         - scan['points'])[:, :3].mean(axis=0) for token in range(60)])
    assert shifts.std() == pytest.approx(sigma, rel=0.2)


@pytest.mark.parametrize('corruption', SCAN_CORRUPTIONS)
def test_a_sample_fails_the_same_way_each_time(scan: dict[str, Any], corruption: str) -> None:
    before = copy.deepcopy(scan)
    first, second = (corrupted(scan, corruption, 2) for _ in range(2))
    np.testing.assert_array_equal(first['points'], second['points'])
    CorruptScan(corruption, 2)(dict(scan))
    np.testing.assert_array_equal(scan['points'], before['points'])
    np.testing.assert_array_equal(scan['point_labels'], before['point_labels'])


def test_mistakes_are_explained(scan: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="'rain' is not one of"):
        CorruptScan('rain', 1)
    with pytest.raises(ValueError, match='severity=4 is not one of 1 to 3'):
        CorruptScan('crosstalk', 4)
    with pytest.raises(KeyError, match='after LoadPointLabels'):
        unlabelled = {key: value for key, value in scan.items() if key != 'point_labels'}
        CorruptScan('incomplete_echo', 1)(unlabelled)
    with pytest.raises(ValueError, match='before every transform that drops points'):
        CorruptScan('beam_missing', 1)(dict(scan, points=scan['points'][1:]))
    narrow = dict(scan, lidar_points=dict(scan['lidar_points'], num_pts_feats=4))
    with pytest.raises(ValueError, match='not a fifth that numbers the beam'):
        CorruptScan('cross_sensor', 1)(narrow)
