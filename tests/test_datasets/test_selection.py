"""Tests of the filters."""
from __future__ import annotations

import pytest

from mmcrossdistill.datasets.selection import filter_conditions, take_fraction


def make_items(scenes: int, frames: int = 3) -> list[dict]:
    """Keyframes of numbered scenes."""
    return [dict(scene_name=f's{scene}', token=f's{scene}f{frame}', condition='night')
            for scene in range(scenes) for frame in range(frames)]


@pytest.mark.parametrize('fraction,count', [(0.01, 7), (0.05, 35), (0.1, 70), (0.25, 175)])
def test_counter_rule_gives_slidr_counts(fraction: float, count: int) -> None:
    kept = take_fraction(make_items(700, frames=1), fraction, 'scene_counter', 0, 'infos')
    skip = round(1 / fraction)
    expected = [f's{number * skip - 1}' for number in range(1, count + 1)]
    assert [item['scene_name'] for item in kept] == expected


def test_counter_rule_keeps_whole_scenes() -> None:
    kept = take_fraction(make_items(6), 0.5, 'scene_counter', 0, 'infos')
    assert {item['scene_name'] for item in kept} == {'s1', 's3', 's5'}
    assert len(kept) == 9


def test_random_rule_is_seeded_and_ordered() -> None:
    items = make_items(10, frames=10)
    first = take_fraction(items, 0.2, 'random', 3, 'infos')
    again = take_fraction(items, 0.2, 'random', 3, 'infos')
    other = take_fraction(items, 0.2, 'random', 4, 'infos')
    assert len(first) == 20 and first == again and first != other
    assert [items.index(item) for item in first] == sorted(items.index(item) for item in first)


def test_a_few_shot_rule_that_selects_nothing_says_so() -> None:
    with pytest.raises(ValueError, match='infos.pkl: the filter fraction=0.01 .* none of 24'):
        take_fraction(make_items(8), 0.01, 'scene_counter', 0, 'infos.pkl')


@pytest.mark.parametrize('fraction,rule,message', [
    (0.0, 'random', 'not in'), (1.5, 'random', 'not in'), (0.5, 'first', 'not one of')])
def test_invalid_options(fraction: float, rule: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        take_fraction(make_items(4), fraction, rule, 0, 'infos')


def test_infos_without_conditions_name_the_remedy() -> None:
    with pytest.raises(KeyError, match='create_data.py'):
        filter_conditions([dict(token='a')], ['night'], 'infos.pkl')
