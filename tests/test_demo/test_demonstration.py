"""The demonstration as a whole."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mmcrossdistill.chain.step import Step
from mmcrossdistill.claims.records.demonstration_record import demonstration_settings
from mmcrossdistill.demo import demonstration
from mmcrossdistill.demo.report import Picture
from mmcrossdistill.demo.steps import DemoOptions


def test_results_are_written_beside_each_other(make_summary, tmp_path, repo_root, monkeypatch):
    make_summary(1)
    (tmp_path / 'configs').symlink_to(repo_root / 'configs')
    (tmp_path / 'tool.py').write_text("open('out', 'w')")
    step = Step('world', 'generate', ('tool.py',), Path('data'), (Path('out'),))
    monkeypatch.setattr(demonstration, 'build_chain', lambda options, root: [step])
    monkeypatch.setattr(demonstration, 'draw_pictures', lambda options, steps, root, files: (
        [Picture('maps', 'Maps', 'caption', b'png')], {'effective_rank': {}}))
    report = demonstration.run_demonstration(DemoOptions(Path('work'), Path('data')), tmp_path)
    assert report == tmp_path / 'work/report.html'
    summary = json.loads((tmp_path / 'work/summary.json').read_text())
    assert summary['features'] == {'effective_rank': {}}
    assert summary['commands'] == {'world': 'python tool.py'}
    assert set(summary['run_times_s']) == {'world'}
    record = json.loads((tmp_path / 'work/cd_minidrive.json').read_text())
    assert record['settings'] == demonstration_settings(0, repo_root)
    assert 'caption' in report.read_text() and (tmp_path / 'work/report_files').is_dir()
    assert {path.name for path in (tmp_path / 'work').glob('cd_minidrive.*')} == {
        'cd_minidrive.json', 'cd_minidrive.md'}


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_quick_chain_runs_and_runs_only_once(tmp_path, repo_root):
    command = [sys.executable, 'tools/demo.py', '--quick', '--work-dir', str(tmp_path / 'work'),
               '--data', str(tmp_path / 'data')]
    subprocess.run(command, check=True, cwd=repo_root)
    summary = json.loads((tmp_path / 'work/summary.json').read_text())
    assert summary['quick'] and len(summary['run_times_s']) == 14
    assert 0 <= summary['seg']['miou']['after']['night'] <= 100
    assert (tmp_path / 'work/report.html').read_text().count('data:image/png') >= 5
    again = subprocess.run(command, check=True, cwd=repo_root, capture_output=True, text=True)
    assert again.stdout.count('done before') == 14
