"""Tables of results."""
from __future__ import annotations

from mmcrossdistill.demo.tables import (
    METRICS,
    anchor,
    class_iou,
    comparison,
    feature_tables,
    verdicts,
)


def test_comparison_shows_gain_and_spread(make_summary):
    table = comparison(make_summary(3), METRICS[0])
    assert table.header == ['segmentation mIoU (%)', 'all', 'day-clear', 'day-rain', 'night']
    before, after, change = ([cell.text for cell in row] for row in table.rows)
    assert before == ['before'] + ['30.0 ± 0.0'] * 4
    assert after == ['after'] + ['34.0 ± 1.0'] * 4
    assert change == ['change'] + ['+4.0'] * 4
    assert [cell.good for cell in table.rows[2]] == [None] + [True] * 4


def test_a_change_that_rounds_to_zero_is_neither_good_nor_bad(make_summary):
    summary = make_summary(1)
    summary['gains']['seg.miou'] |= {'night': 0.04, 'day_rain': -0.06}
    assert comparison(summary, METRICS[0]).rows[2][3:] == [('-0.1', False), ('+0.0', None)]


def test_an_error_that_falls_is_an_improvement(make_summary):
    row = comparison(make_summary(1), METRICS[2]).rows[2]
    assert row[0].text == 'change' and row[4] == ('-10.0 %', True)


def test_a_class_that_is_not_counted_has_a_dash(make_summary):
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in class_iou(make_summary(1)).rows}
    assert list(rows) == ['car', 'truck']
    assert rows['truck'] == ['20.0', '23.0', '+3.0', '20.0', '23.0', '+3.0', '–', '–', '–']


def test_verdicts_count_the_seeds(make_summary):
    summary = make_summary(2)
    summary['per_seed']['1']['expectations'][0]['holds'] = False
    row = verdicts(summary).rows[0]
    assert [cell.text for cell in row[1:]] == ['+3.5 points', 'holds', '1 of 2']


def test_the_anchor_has_a_value_by_condition(make_summary):
    assert [cell.text for cell in anchor(make_summary(1)).rows[0]] == ['mIoU (%)'] + ['50.0'] * 4


def test_a_gap_that_closes_is_an_improvement():
    gap, rank = feature_tables({
        'places': 3, 'effective_rank': {m: {'night': 9.26} for m in ('before', 'after')},
        'domain_gap': {'before': {'night': 0.5, 'day-rain': 0.4},
                       'after': {'night': 0.25, 'day-rain': 0.5}}})
    assert gap.rows[2] == [('change', None), ('-0.25', True), ('+0.10', False)]
    assert [cell.text for cell in rank.rows[1]] == ['after', '9.3']
