"""Tests of the condition rule."""
from __future__ import annotations

import warnings

import pytest

from mmcrossdistill.preprocessing.conditions import (
    OFFICIAL_COUNTS,
    condition_of,
    count_conditions,
    warn_if_unofficial,
)


@pytest.mark.parametrize('description,condition', [
    ('Parked truck, construction, intersection, turn left, following a van', 'day-clear'),
    ('Wait at intersection, peds on sidewalk, bicycle crossing road', 'day-clear'),
    ('', 'day-clear'),
    ('Rain, many parked cars, turn left', 'day-rain'),
    ('Heavy rain, wipers, dense traffic', 'day-rain'),
    ('Parking lot, wet road after rain, peds', 'day-rain'),
    ('Night, big street, bus stop, high speed', 'night'),
    ('Difficult lighting at night', 'night'),
    ('Night, after rain, many peds, PMD', 'night'),
    ('night, RAIN, very dense', 'night'),
])
def test_keyword_rule(description: str, condition: str) -> None:
    assert condition_of(description) == condition


@pytest.mark.parametrize('description,condition', [
    ('Parking lot, wet road After Rain, peds', 'day-clear'),
    ('After rain, then rain again', 'day-rain'),
    ('Rain, dense', 'day-rain'),
    ('Night, after rain', 'night'),
])
def test_after_rain_can_be_excluded(description: str, condition: str) -> None:
    assert condition_of(description, exclude=('after rain',)) == condition


def test_counts_name_every_condition() -> None:
    assert count_conditions(['night', 'night', 'day-clear']) == {
        'day-clear': 1, 'day-rain': 0, 'night': 2}


def test_only_a_full_split_with_other_counts_warns() -> None:
    assert OFFICIAL_COUNTS['train'] == {'day-clear': 491, 'day-rain': 125, 'night': 84}
    assert OFFICIAL_COUNTS['val'] == {'day-clear': 111, 'day-rain': 24, 'night': 15}
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        warn_if_unofficial('train', OFFICIAL_COUNTS['train'])
        warn_if_unofficial('val', {'day-clear': 5, 'day-rain': 2, 'night': 1})
        warn_if_unofficial('test', {'day-clear': 700, 'day-rain': 0, 'night': 0})
    with pytest.warns(UserWarning, match='val has'):
        warn_if_unofficial('val', {'day-clear': 113, 'day-rain': 22, 'night': 15})
