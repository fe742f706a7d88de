"""summary.json."""
from __future__ import annotations

import json

import pytest


def test_numbers_lie_where_they_are_looked_for(make_summary):
    summary = make_summary(1)
    assert summary['seg']['miou']['before']['night'] == 30.0
    assert summary['seg']['miou']['after']['day_rain'] == 33.0
    assert summary['depth']['rmse']['after']['day_clear'] == 4.5
    assert summary['seg']['iou']['after']['night'] == {'car': 33.0}
    assert summary['gains']['seg.miou']['night'] == pytest.approx(3.0)
    assert summary['gains']['depth.rmse']['night'] == pytest.approx(10.0)
    assert summary['evidence'] == 'minidrive' and summary['seeds'] == [0]
    assert all(verdict['holds'] for verdict in summary['expectations'])
    assert 'mean' not in summary
    json.dumps(summary, allow_nan=False)


def test_several_seeds_give_mean_and_sample_deviation(make_summary):
    summary = make_summary(3)
    assert summary['seg']['miou']['after']['night'] == 33.0
    assert summary['mean']['seg']['miou']['after']['night'] == pytest.approx(34.0)
    assert summary['std']['seg']['miou']['after']['night'] == pytest.approx(1.0)
    assert summary['mean']['gains']['seg.miou']['night'] == pytest.approx(4.0)
    assert summary['per_seed']['2']['seg']['miou']['after']['night'] == 35.0
    assert summary['expectations'][0]['gain'] == pytest.approx(4.0)
    # 5, 6 and 7 m fall to 4.5 m: the mean of the gains, not the gain of the means.
    assert summary['expectations'][4]['gain'] == pytest.approx((10 + 25 + 250 / 7) / 3)
