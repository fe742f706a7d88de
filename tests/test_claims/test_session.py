"""Measuring claims with fake trainings, and the ledgers that come of it."""
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mmcrossdistill.chain.runner import StepFailedError
from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.session import report_claims, run_claims

from .conftest import CLAIMS, RECIPES

OPTIONS = RunOptions(Path('work'), Path('data'), seeds=3)


def seeds_of(entry: dict) -> list[int]:
    """Seeds that a claim was measured by."""
    return [run['seed'] for run in entry['measured']['runs']]


def test_claims_are_measured_once_per_seed(root, journal, read):
    ledger = run_claims(CLAIMS, RECIPES, OPTIONS, root)
    assert sorted(journal()) == ['a.py'] * 3 + ['b.py'] * 3
    entries = read(ledger)
    first = entries['T-01']['measured']
    assert [(run['seed'], run['a'], run['b']) for run in first['runs']] == [
        (0, 10, 12), (1, 10, 13), (2, 10, 14)]
    assert all(run['run_time_s'] > 0 for run in first['runs'])
    assert first['mean'] == 3 and first['std'] == 1 and first['verdict'] == 'holds'
    assert first['evidence'] == 'minidrive' and not first['quick']
    assert first['command'] == 'python tools/claims.py run --ids T-01 --seeds 3'
    # RMSE of a is 10, of b 8, 7, 6: lower is better, a is worse.
    assert entries['T-02-depth']['verdict'] == 'does not hold'
    assert entries['T-02-later']['measured'] is None
    assert entries['T-03']['verdict'] == 'not measured'
    run_claims(CLAIMS, RECIPES, OPTIONS, root)
    assert len(journal()) == 6


def test_a_report_in_between_counts_the_finished_seeds(root, read):
    run_claims(CLAIMS, RECIPES, replace(OPTIONS, seeds=1), root)
    (root / 'fail').touch()
    with pytest.raises(StepFailedError, match='a cause that helps'):
        run_claims(CLAIMS, RECIPES, OPTIONS, root)
    entries = read(report_claims(CLAIMS, RECIPES, root / 'work', root, root / 'docs/claims.json'))
    assert seeds_of(entries['T-01']) == [0]
    assert entries['T-01']['verdict'] == 'one seed only'
    (root / 'fail').unlink()
    config = root / 'configs/b.py'
    config.write_text(config.read_text() + 'lr = 1\n')
    entries = read(report_claims(CLAIMS, RECIPES, root / 'work', root, root / 'other.json'))
    assert entries['T-01']['measured'] is None, 'the finished run is of another config'
    assert read(run_claims(CLAIMS, RECIPES, OPTIONS, root))['T-01']['verdict'] == 'holds'


def test_a_ledger_keeps_what_it_knew(root, read):
    out = root / 'docs/claims.json'
    run_claims(CLAIMS, RECIPES, replace(OPTIONS, ids=('T-01',)), root)
    report_claims(CLAIMS, RECIPES, root / 'work', root, out)
    assert read(out)['T-02-depth']['measured'] is None
    run_claims(CLAIMS, RECIPES, replace(OPTIONS, ids=('T-02-depth',), seeds=2), root)
    entries = read(report_claims(CLAIMS, RECIPES, root / 'work', root, out))
    assert seeds_of(entries['T-01']) == [0, 1, 2]
    assert seeds_of(entries['T-02-depth']) == [0, 1]
    renamed = (replace(CLAIMS[0], text='in other words'), *CLAIMS[1:])
    entries = read(report_claims(renamed, RECIPES, None, root, out))
    assert entries['T-01']['text'] == 'in other words' and entries['T-01']['verdict'] == 'holds'


def test_a_report_takes_the_claims_it_is_told(root, read):
    out = root / 'docs/claims.json'
    run_claims(CLAIMS, RECIPES, replace(OPTIONS, ids=('T-01', 'T-02-depth')), root)
    run_claims(CLAIMS, RECIPES, replace(OPTIONS, ids=('T-02-depth',)), root)
    entries = read(report_claims(CLAIMS, RECIPES, root / 'work', root, out, ids=['T-01']))
    assert seeds_of(entries['T-01']) == [0, 1, 2]
    assert entries['T-02-depth']['measured'] is None, 'it was not asked for'
    with pytest.raises(ValueError, match='T-99'):
        report_claims(CLAIMS, RECIPES, root / 'work', root, out, ids=['T-99'])


def test_seeds_measured_elsewhere_are_joined(root, read):
    out = root / 'docs/claims.json'
    one = replace(OPTIONS, ids=('T-01',))
    run_claims(CLAIMS, RECIPES, replace(one, seeds=1), root)
    report_claims(CLAIMS, RECIPES, root / 'work', root, out)
    elsewhere = replace(one, work_dir=Path('other'), skip=1)
    run_claims(CLAIMS, RECIPES, elsewhere, root)
    entry = read(report_claims(CLAIMS, RECIPES, root / 'other', root, out))['T-01']
    assert seeds_of(entry) == [0, 1, 2] and entry['verdict'] == 'holds'
    assert entry['measured']['mean'] == 3 and entry['measured']['std'] == 1
    assert '| minidrive | 0, 1, 2 |' in out.with_suffix('.md').read_text()
    # Seeds of another config are no repetitions of the same.
    (root / 'configs/a.py').write_text((root / 'configs/a.py').read_text() + 'lr = 1\n')
    run_claims(CLAIMS, RECIPES, elsewhere, root)
    assert seeds_of(read(report_claims(
        CLAIMS, RECIPES, root / 'other', root, out))['T-01']) == [1, 2]


def test_a_ledger_forgets_what_other_configs_gave(root, read):
    out = root / 'docs/claims.json'
    run_claims(CLAIMS, RECIPES, replace(OPTIONS, ids=('T-01',), amp=True), root)
    report_claims(CLAIMS, RECIPES, root / 'work', root, out)
    assert read(report_claims(CLAIMS, RECIPES, None, root, out))['T-01']['verdict'] == 'holds'
    (root / 'configs/a.py').write_text((root / 'configs/a.py').read_text() + 'lr = 1\n')
    entry = read(report_claims(CLAIMS, RECIPES, None, root, out))['T-01']
    assert entry['measured'] is None and entry['verdict'] == 'not measured'


def test_seeds_of_another_precision_are_not_joined(root, journal, read):
    out = root / 'docs/claims.json'
    one = replace(OPTIONS, ids=('T-01',), seeds=2)
    run_claims(CLAIMS, RECIPES, one, root)
    report_claims(CLAIMS, RECIPES, root / 'work', root, out)
    run_claims(CLAIMS, RECIPES, replace(one, skip=1, amp=True), root)
    assert len(journal()) == 6, 'the seed that was trained without is trained again'
    entry = read(report_claims(CLAIMS, RECIPES, root / 'work', root, out))['T-01']
    assert seeds_of(entry) == [1]
    assert entry['measured']['command'].endswith('--seeds 2 --amp')


def test_quick_numbers_stay_where_they_are(root):
    ledger = run_claims(CLAIMS, RECIPES, replace(OPTIONS, quick=True), root)
    page = ledger.with_suffix('.md').read_text()
    assert 'values and verdicts mean nothing' in page and '| means nothing (holds) |' in page
    assert json.loads(ledger.read_text())['claims'][0]['measured']['command'].endswith('--quick')
    with pytest.raises(ValueError, match='holds a quick run'):
        report_claims(CLAIMS, RECIPES, root / 'work', root, root / 'docs/claims.json')


def test_what_cannot_be_measured_is_said_before_anything_runs(root):
    with pytest.raises(ValueError, match=r'T-03: Needs a data set\.'):
        run_claims(CLAIMS, RECIPES, replace(OPTIONS, ids=('T-03',)), root)
    with pytest.raises(FileNotFoundError, match='run tools/claims.py run first'):
        report_claims(CLAIMS, RECIPES, root / 'work', root, root / 'claims.json')
    assert not (root / 'work').exists()


def test_the_page_shows_both_sides(root):
    page = run_claims(CLAIMS, RECIPES, OPTIONS, root).with_suffix('.md').read_text()
    row = next(line for line in page.splitlines() if line.startswith('| T-01'))
    assert '27.7 → 33.4 | 10.0 → 13.0 | +3.00 ± 1.00 [+1.31, +4.69] | **holds** |' in row
    assert '1 does not hold, 1 holds, 2 not measured.' in page
    assert '| `a` | `configs/a.py` | `x=1` |' in page and 'A remark.' in page
