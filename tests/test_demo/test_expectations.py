"""Verdicts are computed from numbers."""
from __future__ import annotations

import pytest

from mmcrossdistill.demo.expectations import gain, judge


def _gains(miou: dict[str, float], rmse: dict[str, float]) -> dict[str, dict[str, float]]:
    """Gains on 30 % and 5 m in every condition."""
    return {'seg.miou': {key: gain(30.0, after, 'seg') for key, after in miou.items()},
            'depth.rmse': {key: gain(5.0, after, 'depth') for key, after in rmse.items()}}


def test_gains_are_positive_where_things_got_better():
    assert gain(30, 33, 'seg') == pytest.approx(3)
    assert gain(5.0, 4.5, 'depth') == pytest.approx(10)


@pytest.mark.parametrize(('miou', 'rmse', 'holds'), [
    ((29.0, 33.0, 32.0), (5.0, 4.6, 4.6), [True] * 6),
    ((28.9, 32.9, 31.9), (5.1, 4.7, 4.7), [False] * 6),
    ((31.0, 34.0, 31.0), (4.9, 4.0, 4.9), [False, True, True, False, True, True])])
def test_each_threshold_decides_alone(miou, rmse, holds):
    conditions = ('day_clear', 'day_rain', 'night')
    verdicts = judge(_gains(dict(zip(conditions, miou, strict=True)),
                            dict(zip(conditions, rmse, strict=True))))
    assert [verdict['holds'] for verdict in verdicts] == holds
    assert verdicts[3]['change'] == -verdicts[3]['gain'] and verdicts[0]['change'] > -2
