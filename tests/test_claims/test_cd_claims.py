"""The registry of claims on CD: consistent, complete, affordable."""
from __future__ import annotations

import json
import runpy
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest
from mmengine.config import Config

from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.page import render
from mmcrossdistill.claims.papers.cd_claims import CLAIMS
from mmcrossdistill.claims.papers.cd_recipes import RECIPES
from mmcrossdistill.claims.papers.registry import CLAIMS as ALL_CLAIMS
from mmcrossdistill.claims.plan import (
    build_steps,
    claimed_recipes,
    estimate_s,
    obstacle,
    select_claims,
)
from mmcrossdistill.claims.recipe import needed

_MEASURABLE = [claim for claim in CLAIMS if claim.worse is not None]


def test_every_claim_of_the_paper_has_an_entry():
    ids = [claim.id for claim in CLAIMS]
    assert len(set(ids)) == len(ids)
    assert {id_[:5] for id_ in ids} == {f'CD-{number:02d}' for number in range(1, 26)}


@pytest.mark.parametrize('recipe', needed(
    [name for claim in _MEASURABLE for name in claim.recipes], RECIPES), ids=lambda r: r.name)
def test_a_run_has_its_config_and_hands_weights_to_keys_that_exist(recipe, repo_root):
    path = repo_root / recipe.config
    assert path.is_file()
    if recipe.kind == 'train':
        config = Config.fromfile(path, import_custom_modules=False)
        for key in recipe.weights:
            parent, leaf = key.rsplit('.', 1)
            for part in parent.split('.'):
                config = config[part]
            assert leaf in config
            config = Config.fromfile(path, import_custom_modules=False)
    else:
        probe = RECIPES[recipe.weights['checkpoint']]
        assert probe.config == recipe.config


def test_metrics_are_those_of_the_evaluation():
    prefixes = {'seg_lp': 'seg/', 'seg_ft': 'seg/', 'depth_lp': 'depth/', 'depth_ft': 'depth/',
                'seg3d_lp': 'seg3d/', 'petr': 'det3d/'}
    for claim in _MEASURABLE:
        for side in (claim.worse, claim.better):
            for term in side.terms:
                run = term.recipe.split('/')[0].removesuffix('_corrupted')
                if run != 'features':
                    assert term.metric.split(':')[-1].startswith(prefixes[run]), term
                assert (':' in term.metric) == ('_corrupted' in term.recipe)


def test_three_seeds_take_at_most_four_hours_on_two_cores(repo_root, monkeypatch):
    """By the typical times, without what runs only if it is named."""
    read = lru_cache(Config.fromfile)
    monkeypatch.setattr(Config, 'fromfile', read)
    options = RunOptions(Path('work'), Path('data/minidrive'))
    assert not any(obstacle(claim, RECIPES, repo_root) for claim in _MEASURABLE)
    claims = [claim for claim in select_claims(CLAIMS, []) if claim in _MEASURABLE]
    steps = build_steps(claimed_recipes(claims), RECIPES, options, repo_root)
    assert estimate_s(steps, jobs=2) <= 4 * 3600


def test_the_committed_page_is_that_of_the_committed_ledger(repo_root):
    path = repo_root / 'docs/claims.json'
    ledger = json.loads(path.read_text())
    assert [entry['id'] for entry in ledger['claims']] == [claim.id for claim in ALL_CLAIMS], (
        'run python tools/claims.py report')
    assert path.with_suffix('.md').read_text() == render(ledger, path.name)


def test_the_tool_plans_a_run_and_refuses_unknown_claims(repo_root, monkeypatch, capsys):
    monkeypatch.setattr('signal.signal', lambda *handler: None)
    main = runpy.run_path(str(repo_root / 'tools/claims.py'))['main']

    def call(*words: str) -> tuple[int, list[str]]:
        """Run the tool in this process."""
        monkeypatch.setattr(sys, 'argv', ['claims.py', *words])
        return main(), capsys.readouterr().out.splitlines()

    code, lines = call('run', '--dry-run', '--ids', 'CD-11', '--seeds', '1')
    assert code == 0
    assert [line.split()[2] for line in lines[6:-1]] == [
        'configs/cd/minidrive_reference.py', 'configs/cd/table_5/minidrive_stage1_all.py',
        'configs/cd/benchmarks/minidrive_seg3d_lp.py', 'configs/cd/minidrive_stage1.py',
        'configs/cd/benchmarks/minidrive_seg3d_lp.py']
    assert lines[-1].startswith('11 steps, about ')
    code, lines = call('run', '--ids', 'CD-99')
    assert code == 1 and 'no claim has the id CD-99' in lines[0]
    with pytest.raises(SystemExit):
        call('report', '--ids', 'CD-11')
    assert '--ids chooses from the runs of --work-dir' in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_quick_measures_claims_end_to_end_and_only_once(tmp_path, repo_root):
    ids = ['CD-03', 'CD-08-seg-night', 'CD-11-night', 'CD-12-seg', 'CD-16-seg', 'CD-18-seg',
           'CD-19-collapse']
    command = [sys.executable, 'tools/claims.py', 'run', '--quick', '--seeds', '2',
               '--work-dir', str(tmp_path / 'work'), '--data', str(tmp_path / 'data'),
               '--ids', *ids]
    subprocess.run(command, check=True, cwd=repo_root)
    ledger = json.loads((tmp_path / 'work/claims.json').read_text())
    measured = {entry['id']: entry['measured'] for entry in ledger['claims'] if entry['measured']}
    assert len(measured) == len(ids) + 1  # rank and variance
    for entry in measured.values():
        assert entry['quick'] and entry['seeds'] == [0, 1] and len(entry['a']) == 2
    assert 0 < measured['CD-19-collapse-rank']['b'][0] <= 128
    again = subprocess.run(command, check=True, cwd=repo_root, capture_output=True, text=True)
    assert again.stdout.count('done before') == again.stdout.count('step ')
