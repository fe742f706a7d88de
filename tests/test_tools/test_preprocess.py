"""Tests of tools/preprocess."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.mark.parametrize(('tool', 'options'), [
    ('superpixels.py', ['--segments', '30']),
    ('weak_labels.py', ['--method', 'minidrive', '--accuracy', '0.8', '--check-keyframes', '2'])])
def test_killed_and_restarted(
    repo_root: Path, minidrive_tiny: Path, tmp_path: Path,
    run_here: Callable[..., tuple[int | str, str]], tool: str, options: list[str],
) -> None:
    def arguments(out: str) -> list[str]:
        return ['--root', str(minidrive_tiny), '--out', str(tmp_path / out), *options,
                '--ann-file', 'nuscenes_infos_val.pkl']

    process = subprocess.Popen(
        [sys.executable, f'tools/preprocess/{tool}', *arguments('killed')], cwd=repo_root,
        env=dict(os.environ, PYTHONPATH=str(repo_root), OMP_NUM_THREADS='1'),
        stdout=subprocess.DEVNULL)
    while process.poll() is None and len(list(tmp_path.glob('killed/*/*.png'))) < 4:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    for out in ('killed', 'whole'):
        assert run_here(f'preprocess/{tool}', *arguments(out))[0] == 0
    files = {out: {path.relative_to(tmp_path / out): path.read_bytes()
                   for path in tmp_path.glob(f'{out}/*/[!.]*.png')} for out in ('killed', 'whole')}
    assert len(files['whole']) > 20 and files['killed'] == files['whole']


@pytest.mark.parametrize(('tool', 'options'), [
    ('superpixels.py', []), ('weak_labels.py', ['--method', 'png', '--labels', 'maps'])])
def test_error_is_one_line(
    tmp_path: Path, run_here: Callable[..., tuple[int | str, str]], tool: str, options: list[str],
) -> None:
    assert run_here(f'preprocess/{tool}', '--root', tmp_path, *options)[0] == 1
