"""The committed record and the README block."""
from __future__ import annotations

import json
import subprocess
import sys

import pytest

from mmcrossdistill.demo.benchmark_record import (
    RESULTS_BEGIN,
    RESULTS_END,
    update_results_block,
    write_benchmark_record,
)


def test_record_and_markdown_carry_the_same_numbers(make_summary, tmp_path):
    summary = make_summary(3)
    write_benchmark_record(summary, tmp_path / 'docs/cd.json')
    record = json.loads((tmp_path / 'docs/cd.json').read_text())
    assert record['mean'] == summary['mean'] and record['per_seed'].keys() == {'0', '1', '2'}
    text = (tmp_path / 'docs/cd.md').read_text()
    assert '| after | 34.0 ± 1.0 | 34.0 ± 1.0 | 34.0 ± 1.0 | 34.0 ± 1.0 |' in text
    assert 'Evidence level: `minidrive`' in text and 'seed 0, 1, 2' in text


def test_a_quick_run_says_so(make_summary, tmp_path):
    write_benchmark_record({**make_summary(1), 'quick': True}, tmp_path / 'cd.json')
    assert 'no claim on these numbers' in (tmp_path / 'cd.md').read_text()


def test_only_the_block_changes_and_twice_is_once(make_summary):
    summary = make_summary(1)
    text = f'# Title\n{RESULTS_BEGIN}\nstale\n{RESULTS_END}\nrest\n'
    once = update_results_block(text, summary)
    assert once.startswith(f'# Title\n{RESULTS_BEGIN}\n')
    assert once.endswith(f'{RESULTS_END}\nrest\n')
    assert '**+3.0**' in once and 'stale' not in once
    assert update_results_block(once, summary) == once


def test_a_document_without_markers_is_refused(make_summary):
    with pytest.raises(ValueError, match='results:begin'):
        update_results_block('# Title\n', make_summary(1))


def test_the_tool_updates_and_checks(make_summary, tmp_path, repo_root):
    summary, document, record = (tmp_path / n for n in ('summary.json', 'README.md', 'cd.json'))
    summary.write_text(json.dumps(make_summary(1)))
    document.write_text(f'{RESULTS_BEGIN}\n{RESULTS_END}\n')
    command = [sys.executable, str(repo_root / 'tools/misc/update_results.py'),
               '--document', str(document), '--record', str(record)]
    subprocess.run([*command, '--summary', str(summary)], check=True, cwd=repo_root)
    assert '**+3.0**' in document.read_text()
    assert subprocess.run([*command, '--check'], cwd=repo_root).returncode == 0
    document.write_text(document.read_text().replace('+3.0', '+9.0'))
    assert subprocess.run([*command, '--check'], cwd=repo_root).returncode == 1
