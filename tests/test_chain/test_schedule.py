"""Which steps run at the same time."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.chain.schedule import (
    available_cores,
    check_order,
    critical_paths,
    startable,
    threads_per_step,
    time_left,
    work_beside,
)
from mmcrossdistill.chain.step import Step


def _step(name: str, typical_s: float, *inputs: str) -> Step:
    """A step that does nothing."""
    return Step(name, name, (), Path(name), (), inputs, typical_s=typical_s)


# the shape of the demonstration: a probe of the first training, and a second training on top of it
_CHAIN = [_step('reference', 30), _step('stage1', 20, 'reference'), _step('stage2', 40, 'stage1'),
          _step('before', 5, 'reference'), _step('after', 5, 'stage2', 'reference')]


def _names(steps: list[Step]) -> list[str]:
    """Name steps."""
    return [step.name for step in steps]


def test_a_critical_path_is_the_longest_way_to_the_end():
    assert critical_paths(_CHAIN) == {
        'reference': 95, 'stage1': 65, 'stage2': 45, 'before': 5, 'after': 5}


def test_what_most_hangs_on_starts_first():
    assert _names(startable(_CHAIN, [], [])) == ['reference']
    chain = [_CHAIN[0], _CHAIN[3], _CHAIN[1], _CHAIN[2], _CHAIN[4]]
    assert _names(startable(chain, ['reference'], [])) == ['stage1', 'before']


def test_of_equals_the_first_of_the_chain_starts_first():
    chain = [_step('c', 5), _step('a', 5), _step('b', 6), _step('d', 5)]
    assert _names(startable(chain, [], [])) == ['b', 'c', 'a', 'd']


def test_a_running_input_is_not_a_finished_one():
    assert _names(startable(_CHAIN, ['reference', 'stage1'], ['stage2'])) == ['before']
    assert _names(startable(_CHAIN, ['reference', 'stage1', 'stage2'], ['before'])) == ['after']


@pytest.mark.parametrize('chain', [
    [_step('b', 1, 'a'), _step('a', 1)], [_step('b', 1, 'b')], [_step('b', 1, 'a')]])
def test_a_chain_that_could_not_end_is_refused(chain):
    with pytest.raises(ValueError, match='step b reads'):
        check_order(chain)


def test_beside_a_step_runs_what_does_not_wait_for_it():
    reference, stage1, stage2, before, after = _CHAIN
    assert work_beside(_CHAIN, reference, []) == 0
    assert work_beside(_CHAIN, stage1, ['reference']) == before.typical_s
    assert work_beside(_CHAIN, before, ['reference']) == 65
    assert work_beside(_CHAIN, before, ['reference', 'stage1']) == 45
    assert work_beside(_CHAIN, stage2, ['reference', 'stage1', 'before']) == 0
    assert work_beside(_CHAIN, after, ['reference', 'stage1', 'stage2']) == 5


@pytest.mark.parametrize(('cores', 'jobs', 'typical_s', 'beside_s', 'threads'), [
    (2, 2, 10, 0, 2), (2, 2, 10, 10, 1), (2, 2, 10, 50, 1), (2, 2, 10, 4, 2), (2, 2, 10, 6, 1),
    (2, 1, 10, 50, 2), (8, 3, 10, 10, 4), (8, 3, 10, 70, 2), (1, 4, 10, 30, 1)])
def test_the_cores_are_shared_among_those_that_run_on_average(
        cores, jobs, typical_s, beside_s, threads):
    assert threads_per_step(cores, jobs, typical_s, beside_s) == threads


def test_this_process_has_a_core():
    assert available_cores() >= 1


def test_time_left_plays_the_schedule():
    left = {'reference': 30.0, 'stage1': 20.0, 'stage2': 40.0, 'before': 5.0, 'after': 5.0}
    assert time_left(_CHAIN, left, [], 1) == sum(left.values())
    assert time_left(_CHAIN, left, [], 2) == 95
    assert time_left(_CHAIN, left | {'before': 80.0}, [], 2) == 110


def test_time_left_knows_what_runs_and_what_is_finished():
    left = {'stage2': 10.0, 'before': 4.0, 'after': 5.0}
    assert time_left(_CHAIN, left, ['stage2', 'before'], 2) == 15
    assert time_left(_CHAIN, left, ['before'], 1) == 19
    assert time_left(_CHAIN, {'before': 4.0}, ['before'], 2) == 4
    assert time_left(_CHAIN, {}, [], 2) == 0
