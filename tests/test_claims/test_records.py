"""Claims read from the records of the comparisons and of the demonstration."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmcrossdistill.claims.comparisons.method_benchmark import known_settings
from mmcrossdistill.claims.comparisons.pretraining_3d import BENCHMARK
from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.papers.registry import CLAIMS, RECIPES
from mmcrossdistill.claims.records.comparison_record import comparison_record
from mmcrossdistill.claims.records.demonstration_record import (
    demonstration_record,
    demonstration_settings,
)
from mmcrossdistill.claims.records.record_files import read_records
from mmcrossdistill.claims.session import report_claims
from mmcrossdistill.claims.settings import SettingsDigest

BY_ID = {claim.id: claim for claim in CLAIMS}


def run_of(encoder: str, seed: int, probe: float, commit: str) -> dict[str, Any]:
    """One seed of an encoder."""
    return dict(seed=seed, values=dict(lp=probe, ft5=30.0 + seed), run_times_s={
        'reference': 100.0, encoder: 10.0, f'lp3d/{encoder}': 1.0, f'ft3d_5/{encoder}': 2.0},
        versions=dict(commit=commit, device='CPU', torch='2'))


@pytest.fixture
def summary(repo_root: Path) -> dict[str, Any]:
    """PPKT of three seeds and SLidR of the last two and a fourth."""
    known = known_settings(
        BENCHMARK, SettingsDigest(RECIPES, RunOptions(Path(), Path()), repo_root))
    runs = {
        'ppkt': [run_of('ppkt', seed, 20.0 + seed, 'one') for seed in range(3)],
        'slidr': [run_of('slidr', seed, 22.0 + 2 * seed, 'two') for seed in range(1, 4)]}
    return dict(name='pretraining_3d', quick=False, encoders={
        encoder: dict(settings=known[encoder], runs=values) for encoder, values in runs.items()})


def test_a_claim_has_the_seeds_that_both_sides_have(
        summary: dict[str, Any], repo_root: Path) -> None:
    measured = comparison_record(summary, repo_root).measure(BY_ID['SL-02-lp'])
    assert [(run['seed'], run['a'], run['b']) for run in measured['runs']] == [
        (1, 21.0, 24.0), (2, 22.0, 26.0)]
    assert measured['mean'] == 3.5 and not measured['quick']
    # Both take the reference, whose time counts once; fine-tuning is no part of it.
    assert {run['run_time_s'] for run in measured['runs']} == {122.0}
    assert {run['commit'] for run in measured['runs']} == {'one and two'}
    assert measured['command'] == (
        'python tools/benchmarks/pretraining_3d.py --methods ppkt slidr --seeds 3')


def test_mixed_precision_is_a_setting(summary: dict[str, Any], repo_root: Path) -> None:
    assert comparison_record({**summary, 'amp': True}, repo_root).measure(BY_ID['SL-02-lp']) is None
    known = known_settings(
        BENCHMARK, SettingsDigest(RECIPES, RunOptions(Path(), Path(), amp=True), repo_root))
    encoders = {name: {**found, 'settings': known[name]}
                for name, found in summary['encoders'].items()}
    mixed = {**summary, 'amp': True, 'encoders': encoders}
    measured = comparison_record(mixed, repo_root).measure(BY_ID['SL-02-lp'])
    assert measured['mean'] == 3.5 and measured['command'].endswith('--seeds 3 --amp')


def test_what_a_record_lacks_is_not_measured(summary: dict[str, Any], repo_root: Path) -> None:
    record = comparison_record(summary, repo_root)
    for id_ in ('SL-01-ppkt-lp', 'SL-05', 'SR-02-cartesian'):
        assert record.measure(BY_ID[id_]) is None
    summary['encoders']['slidr']['runs'] = summary['encoders']['slidr']['runs'][2:]
    assert comparison_record(summary, repo_root).measure(BY_ID['SL-02-lp']) is None


def test_what_was_made_with_other_settings_does_not_count(
        summary: dict[str, Any], repo_root: Path) -> None:
    summary['encoders']['ppkt']['settings'] = 'old'
    assert comparison_record(summary, repo_root).measure(BY_ID['SL-02-lp']) is None


def test_a_ledger_takes_records_and_keeps_other_seeds(
        summary: dict[str, Any], repo_root: Path, tmp_path: Path) -> None:
    path, ledger = tmp_path / 'pretraining_3d.json', tmp_path / 'claims.json'
    for first, last in ((0, 2), (1, 3)):
        part = json.loads(json.dumps(summary))
        for result in part['encoders'].values():
            result['runs'] = result['runs'][first:last]
        path.write_text(json.dumps(part))
        report_claims(CLAIMS, RECIPES, None, repo_root, ledger, read_records([path], repo_root))
    entries = {entry['id']: entry for entry in json.loads(ledger.read_text())['claims']}
    assert [run['seed'] for run in entries['SL-02-lp']['measured']['runs']] == [1, 2]
    assert entries['SL-05']['measured'] is None


def test_a_ledger_takes_no_quick_or_foreign_record(
        summary: dict[str, Any], repo_root: Path, tmp_path: Path) -> None:
    path = tmp_path / 'record.json'
    for change, message in ((dict(quick=True), 'quick run'), (dict(name='x'), 'no record of')):
        path.write_text(json.dumps({**summary, **change}))
        with pytest.raises(ValueError, match=f'record.json .*{message}'):
            read_records([path], repo_root)


def test_the_demonstration_measures_the_first_claims_of_cd(repo_root: Path) -> None:
    def by_condition(first: float) -> dict[str, float]:
        return dict(zip(('full', 'day_clear', 'day_rain', 'night'),
                        (first, first + 1, first + 2, first + 3), strict=True))

    def results(seed: int) -> dict[str, Any]:
        both = {'before': by_condition(10.0 * seed), 'after': by_condition(10.0 * seed + 5)}
        return {'seg': {'miou': both, 'iou': {'before': {'full': {'car': 30.0}}, 'after': {}}},
                'depth': {'rmse': both}, 'seg3d': {'miou': by_condition(40.0)}}

    times = {f'{prefix}{step}': 1.0 for prefix in ('', 'seed1/') for step in (
        'reference', 'stage1', 'stage2', 'seg_before', 'seg_after', 'depth_before', 'depth_after',
        'seg3d')}
    summary = dict(seeds=[0, 1], settings=demonstration_settings(0, repo_root), quick=False,
                   per_seed={str(seed): results(seed) for seed in (0, 1)}, run_times_s=times,
                   versions=dict(commit='one', device='CPU', torch='2'))
    record = demonstration_record(summary, repo_root)
    night = record.measure(BY_ID['CD-03'])
    assert [(run['seed'], run['a'], run['b']) for run in night['runs']] == [
        (0, 3.0, 8.0), (1, 13.0, 18.0)]
    assert night['command'] == 'make demo SEEDS=2' and night['runs'][1]['run_time_s'] == 5.0
    assert record.measure(BY_ID['CD-06'])['verdict'] == 'does not hold'
    assert record.measure(BY_ID['CD-11-night']) is None
    assert record.values['seg_lp/reference', 'seg/full/iou_car'] == {0: 30.0, 1: 30.0}
    single = {**summary, **results(1), 'seeds': [0]}
    del single['per_seed']
    assert demonstration_record(single, repo_root).measure(
        BY_ID['CD-03'])['runs'][0]['a'] == 13.0
    summary['settings']['seg_lp/stage2'] = 'old'
    assert demonstration_record(summary, repo_root).measure(BY_ID['CD-03']) is None
