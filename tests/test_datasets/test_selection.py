"""Tests of the filters."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.datasets.nuscenes_splits import VERIFYING
from mmcrossdistill.datasets.selection import (
    filter_conditions,
    filter_tokens,
    read_names,
    split_scenes,
    take_fraction,
)


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


@pytest.mark.parametrize('fraction,count', [(0.01, 192), (0.05, 957), (0.1, 1913), (0.2, 3826)])
def test_slice_rule_gives_slidr_counts_on_semantickitti(fraction: float, count: int) -> None:
    items = make_items(10, frames=1913)
    kept = take_fraction(items, fraction, 'scan_slice', 0, 'infos')
    assert len(kept) == count
    assert kept[0] is items[0] and kept[1] is items[round(1 / fraction)]


def test_the_parts_of_the_official_training_scenes() -> None:
    splits = pytest.importorskip('nuscenes.utils.splits')
    train = splits.create_splits_scenes()['train']
    verifying = split_scenes('nowhere', 'verifying', train)
    parametrizing = split_scenes('nowhere', 'parametrizing', train)
    assert (len(verifying), len(parametrizing)) == (100, 600)
    assert set(verifying) == VERIFYING
    assert [name for name in train if name not in VERIFYING] == parametrizing


def test_the_file_of_splits_goes_first(tmp_path: Path) -> None:
    (tmp_path / 'splits.json').write_text('{"verifying": ["mine"]}')
    assert split_scenes(str(tmp_path), 'verifying', ['scene-0008']) == ['mine']
    assert split_scenes(str(tmp_path), 'parametrizing', ['scene-0008', 'a']) == ['a']


def test_listed_keyframes_come_in_the_order_of_the_infos(tmp_path: Path) -> None:
    path = tmp_path / 'list.txt'
    path.write_text('# three of them\ns1f2\ns0f1  # a remark\n\ns1f0\n')
    kept = filter_tokens(make_items(3), read_names(str(path)), 'infos')
    assert [item['token'] for item in kept] == ['s0f1', 's1f0', 's1f2']


@pytest.mark.parametrize('tokens,message', [
    (['s0f0', 'x', 'y'], "2 of 3 tokens are not among its 6 keyframes .*'x'"),
    ([], 'filter tokens leaves none of 6')])
def test_a_list_that_does_not_fit(tokens: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        filter_tokens(make_items(2), tokens, 'infos.pkl')
