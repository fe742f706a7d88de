"""Claims read from the record of a comparison."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmcrossdistill.claims.method_benchmark import known_settings
from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.pretraining_3d import BENCHMARK
from mmcrossdistill.claims.recorded import Record, read_records
from mmcrossdistill.claims.registry import CLAIMS, RECIPES
from mmcrossdistill.claims.session import report_claims

BY_ID = {claim.id: claim for claim in CLAIMS}


def run_of(encoder: str, seed: int, probe: float, commit: str) -> dict[str, Any]:
    """One seed of an encoder."""
    return dict(seed=seed, values=dict(lp=probe, ft5=30.0 + seed), run_times_s={
        'reference': 100.0, encoder: 10.0, f'lp3d/{encoder}': 1.0, f'ft3d_5/{encoder}': 2.0},
        versions=dict(commit=commit, device='CPU', torch='2'))


@pytest.fixture
def summary(repo_root: Path) -> dict[str, Any]:
    """PPKT of three seeds and SLidR of the last two and a fourth."""
    known = known_settings(BENCHMARK, RunOptions(Path(), Path()), repo_root)
    runs = {
        'ppkt': [run_of('ppkt', seed, 20.0 + seed, 'one') for seed in range(3)],
        'slidr': [run_of('slidr', seed, 22.0 + 2 * seed, 'two') for seed in range(1, 4)]}
    return dict(name='pretraining_3d', quick=False, encoders={
        encoder: dict(settings=known[encoder], runs=values) for encoder, values in runs.items()})


def test_a_claim_has_the_seeds_that_both_sides_have(
        summary: dict[str, Any], repo_root: Path) -> None:
    measured = Record(summary, repo_root).measure(BY_ID['SL-02-lp'])
    assert [(run['seed'], run['a'], run['b']) for run in measured['runs']] == [
        (1, 21.0, 24.0), (2, 22.0, 26.0)]
    assert measured['mean'] == 3.5 and not measured['quick']
    # Both take the reference, whose time counts once; fine-tuning is no part of it.
    assert {run['run_time_s'] for run in measured['runs']} == {122.0}
    assert {run['commit'] for run in measured['runs']} == {'one and two'}
    assert measured['command'] == (
        'python tools/benchmarks/pretraining_3d.py --methods ppkt slidr --seeds 3')


def test_what_a_record_lacks_is_not_measured(summary: dict[str, Any], repo_root: Path) -> None:
    record = Record(summary, repo_root)
    for id_ in ('SL-01-ppkt-lp', 'SL-05', 'SR-02-cartesian'):
        assert record.measure(BY_ID[id_]) is None
    summary['encoders']['slidr']['runs'] = summary['encoders']['slidr']['runs'][2:]
    assert Record(summary, repo_root).measure(BY_ID['SL-02-lp']) is None


def test_what_was_made_with_other_settings_does_not_count(
        summary: dict[str, Any], repo_root: Path) -> None:
    summary['encoders']['ppkt']['settings'] = 'old'
    assert Record(summary, repo_root).measure(BY_ID['SL-02-lp']) is None


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
    for change, message in ((dict(quick=True), 'quick run'), (dict(name='x'), 'none of the comp')):
        path.write_text(json.dumps({**summary, **change}))
        with pytest.raises(ValueError, match=f'record.json: .*{message}'):
            read_records([path], repo_root)
