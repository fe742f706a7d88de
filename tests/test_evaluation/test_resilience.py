"""Robo3D's scores against published numbers."""
from __future__ import annotations

import pytest

from mmcrossdistill.evaluation.resilience import BASELINES, Baseline, score
from mmcrossdistill.utils.config_check import ConfigError

NAMES = ('fog', 'wet_ground', 'snow', 'motion_blur', 'beam_missing', 'crosstalk',
         'incomplete_echo', 'cross_sensor')
# OLIVINE, Table 8: mean mIoU under each corruption of nuScenes-C, and mCE.
TABLE = {
    'random': ((62.96, 70.65, 55.48, 51.71, 62.01, 31.56, 59.64, 39.41), 112.20),
    'SLidR': ((65.41, 72.31, 56.01, 56.07, 62.87, 41.94, 61.16, 38.90), 106.08),
    'Seal': ((72.66, 74.31, 66.22, 66.14, 65.96, 57.44, 59.87, 39.85), 92.63)}


@pytest.mark.parametrize('name', TABLE)
def test_the_corruption_error_of_published_rows(name: str) -> None:
    row, expected = TABLE[name]
    mious = {key: [value - 3, value, value + 3] for key, value in zip(NAMES, row, strict=True)}
    assert score(mious, 75.0, BASELINES['nuscenes-c']).mean_error == pytest.approx(
        expected, abs=0.006)


def test_the_baseline_scores_hundred() -> None:
    baseline = BASELINES['nuscenes-c']
    # Robo3D's table: 75.76 on the clean data, mRR 74.44.
    scores = score({key: [value] for key, value in baseline.mious.items()}, 75.76, baseline)
    assert scores.errors == pytest.approx(dict.fromkeys(NAMES, 100.0))
    assert scores.mean_rate == pytest.approx(74.44, abs=0.03)


def test_scores_by_hand() -> None:
    scores = score(dict(fog=[40.0, 20.0], snow=[10.0, 10.0]), 60.0)
    assert scores.rates == pytest.approx(dict(fog=50.0, snow=100 / 6))
    assert (scores.errors, scores.mean_error) == (None, None)
    other = Baseline('other', dict(snow=40.0, fog=65.0))
    errors = score(dict(fog=[40.0, 20.0], snow=[10.0, 10.0]), 60.0, other).errors
    assert errors == pytest.approx(dict(fog=200.0, snow=150.0))
    with pytest.raises(ConfigError, match="other was tested under \\['fog', 'snow'\\], not under"):
        score(dict(fog=[40.0]), 60.0, other)
