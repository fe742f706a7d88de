"""Sizes, splits, conditions and names of the planned scenes."""
from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from mmcrossdistill.simulation.command import DEFAULT_CONDITIONS
from mmcrossdistill.simulation.plan import (
    SIZES,
    SPLITS,
    Settings,
    allocate,
    plan_scenes,
    stable_seed,
    world_groups,
)
from mmcrossdistill.simulation.weather import CONDITIONS


def settings(size: str, seed: int = 0) -> Settings:
    """Default settings of a size."""
    return Settings(size, seed, SIZES[size].image_size, 'none', DEFAULT_CONDITIONS)


@pytest.mark.parametrize('size', SIZES)
def test_scene_names_are_official_and_unique(size: str) -> None:
    from nuscenes.utils.splits import train, val
    specs = plan_scenes(settings(size))
    assert len({spec.name for spec in specs}) == len(specs)
    for spec in specs:
        assert spec.name in (val if spec.split == 'val' else train)
    assert {spec.split for spec in specs} == set(SPLITS)


@pytest.mark.parametrize('size', SIZES)
def test_dev_and_val_show_each_world_in_every_condition(size: str) -> None:
    groups = world_groups(plan_scenes(settings(size)))
    for group in groups:
        expected = CONDITIONS if group[0].split in ('dev', 'val') else (group[0].condition,)
        assert tuple(spec.condition for spec in group) == expected
    assert len(groups) == sum(SIZES[size].scenes.values())


def test_small_mixes_the_conditions_as_asked() -> None:
    specs = plan_scenes(settings('small'))
    count = Counter((spec.split, spec.condition) for spec in specs)
    assert count['reference', 'day-clear'] == 75
    assert [count['unlabelled', c] for c in CONDITIONS] == [195, 200, 105]
    assert [count['probe', c] for c in CONDITIONS] == [42, 11, 7]
    assert [count['val', c] for c in CONDITIONS] == [28, 28, 28]


def test_the_plan_depends_on_nothing_but_the_settings() -> None:
    assert plan_scenes(settings('small')) == plan_scenes(settings('small'))
    first, second = plan_scenes(settings('small', 0)), plan_scenes(settings('small', 1))
    assert {a.world_seed for a in first}.isdisjoint(b.world_seed for b in second)


def test_chosen_scenes_are_those_of_the_whole_plan() -> None:
    whole = settings('small')
    specs = plan_scenes(whole)
    chosen = plan_scenes(replace(whole, only=('unlabelled:day-rain', 'dev')))
    assert chosen == [spec for spec in specs if spec.split == 'dev' or (
        spec.split == 'unlabelled' and spec.condition == 'day-rain')]
    assert replace(whole, only=('dev',)).header() == {**whole.header(), 'only': ['dev']}
    assert 'only' not in whole.header()
    with pytest.raises(ValueError, match='--only unlabeled: no scene .* unlabelled'):
        plan_scenes(replace(whole, only=('unlabeled',)))


@pytest.mark.parametrize(('shares', 'count', 'expected'), [
    ((1, 1, 1), 3, [1, 1, 1]), ((1, 1, 1), 4, [2, 1, 1]), ((.27, .365, .365), 120, [32, 44, 44]),
    ((1, 0, 0), 7, [7, 0, 0]), ((5, 3), 0, [0, 0])])
def test_allocate_hands_out_everything(shares: tuple, count: int, expected: list[int]) -> None:
    assert allocate(shares, count) == expected


def test_stable_seed_is_the_same_in_every_process() -> None:
    assert stable_seed(0, 'val', 3) == 557363252
