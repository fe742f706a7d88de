"""tools/test.py through its launcher: two processes measure what one measured while training."""
from __future__ import annotations

import json

import pytest


def test_two_processes_measure_what_one_measured(run_tool, toy_run, tmp_path):
    out = tmp_path / 'metrics.json'
    run_tool(
        'dist_test.sh', 'tests/data/toy_config.py', toy_run / 'epoch_3.pth', '2',
        '--work-dir', tmp_path, '--out', out)
    lines = next(toy_run.glob('*/vis_data/scalars.json')).read_text().splitlines()
    validated = [json.loads(line)['error'] for line in lines if 'error' in line]
    assert len(validated) == 3
    assert json.loads(out.read_text())['error'] == pytest.approx(validated[-1], rel=1e-5)
