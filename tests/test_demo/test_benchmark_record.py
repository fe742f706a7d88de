"""The committed record and the README block."""
from __future__ import annotations

import json
import shutil
import subprocess
import sys

from mmcrossdistill.demo.benchmark_record import results_block, write_benchmark_record
from mmcrossdistill.utils.marked_block import markers


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


def test_the_block_of_the_readme(make_summary):
    block = results_block(make_summary(1))
    assert '**+3.0**' in block and 'Evidence level: `minidrive`' in block


def test_the_tool_updates_and_checks(make_summary, tmp_path, repo_root):
    summary, document = tmp_path / 'summary.json', tmp_path / 'README.md'
    summary.write_text(json.dumps(make_summary(1)))
    record = repo_root / 'docs/benchmarks/pretraining_3d.json'
    shutil.copy(record, tmp_path)
    document.write_text('\n'.join((*markers('results'), *markers('pretraining'), '')))
    command = [sys.executable, str(repo_root / 'tools/misc/update_results.py'),
               '--document', str(document), '--records', str(tmp_path)]
    subprocess.run([*command, '--summary', str(summary)], check=True, cwd=repo_root)
    text = document.read_text()
    assert '**+3.0**' in text
    random = json.loads(record.read_text())['rows'][0]
    assert f'| random | {random["network"]} | {random["lp"]["mean"]:.1f}' in text
    assert subprocess.run([*command, '--check'], cwd=repo_root).returncode == 0
    document.write_text(text.replace('+3.0', '+9.0'))
    assert subprocess.run([*command, '--check'], cwd=repo_root).returncode == 1


def test_the_readme_is_up_to_date(repo_root):
    assert subprocess.run([sys.executable, 'tools/misc/update_results.py', '--check'],
                          cwd=repo_root).returncode == 0
