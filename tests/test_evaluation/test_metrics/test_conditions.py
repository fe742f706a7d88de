"""Grouping by condition."""
from __future__ import annotations

from mmcrossdistill.evaluation.metrics.conditions import format_table, group_by_condition


def test_full_comes_first_and_holds_all() -> None:
    groups = group_by_condition([('night', 1), (None, 2), ('day-clear', 3), ('night', 4)])
    assert groups == {'full': [1, 2, 3, 4], 'day_clear': [3], 'night': [1, 4]}
    assert list(groups) == ['full', 'day_clear', 'night']


def test_table_is_aligned() -> None:
    lines = format_table('name', ['a', 'long'], {'x': ['1', '2'], 'longer': ['10', '20']})
    assert lines.split('\n')[1:] == ['name     a  long', 'x        1     2', 'longer  10    20']
