"""tools/analysis_tools/quantization_error.py as a user calls it."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np

TOOL = 'analysis_tools/quantization_error.py'


def test_json_table_picture_and_errors(run_here, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ('a.bin', 'b.bin'):
        rng.uniform(-40, 40, (20_000, 4)).astype(np.float32).tofile(tmp_path / name)
    files = (tmp_path / 'a.bin', tmp_path / 'b.bin')
    picture = tmp_path / 'pictures' / 'error.png'
    status, output = run_here(
        TOOL, '--points', *files, '--voxel-size', 0.05, '--json', '--plot', picture)
    assert status == 0 and picture.stat().st_size > 10_000
    results = [json.loads(line) for line in output.splitlines()]
    assert [result['file'] for result in results] == ['a.bin', 'b.bin']
    for result in results:
        assert abs(result['corner_mm'] - 48.03) < 0.5 and abs(result['center_mm'] - 24.01) < 0.3
        assert {'from_m', 'to_m', 'num_points', 'corner_mm', 'center_mm'} == set(
            result['by_range'][0])
    out = tmp_path / 'results' / 'error.json'
    status, _ = run_here(TOOL, '--points', tmp_path, '--voxel-size', 0.05, '--out', out)
    assert status == 0 and json.loads(out.read_text()) == results
    status, _ = run_here(TOOL, '--points', out.parent)
    assert 'has no .bin and no .npy files' in status
    status, output = run_here(TOOL, '--points', files[0], '--coords', 'cylindrical')
    assert status == 0 and 'all voxels' in output and '10-20' in output
    status, _ = run_here(TOOL, '--points', files[0], '--min-range', 500)
    assert status.startswith('quantization_error.py: ') and '--min-range' in status
    status, _ = run_here(TOOL, '--points', tmp_path / 'none.bin')
    assert 'none.bin' in status
