"""Run the tools: as a user does, in processes of their own, or here where that proves as much."""
from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

RunTool = Callable[..., subprocess.CompletedProcess]


@pytest.fixture(scope='session')
def run_tool(repo_root: Path) -> RunTool:
    """Function that runs ``tools/<name> *args`` from the root of the checkout."""
    environment = dict(
        os.environ, PYTHONPATH=str(repo_root), OMP_NUM_THREADS='1', PYTHON=sys.executable)

    def run(name: str, *args: str | Path) -> subprocess.CompletedProcess:
        script = repo_root / 'tools' / name
        starter = [sys.executable] if script.suffix == '.py' else ['bash']
        done = subprocess.run(
            [*starter, str(script), *map(str, args)], cwd=repo_root, env=environment,
            capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done

    return run


@pytest.fixture
def run_here(
    repo_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture,
) -> Callable[..., tuple[int | str, str]]:
    """Function that runs ``tools/<name> *args`` in this process: exit status or message, output."""
    monkeypatch.chdir(repo_root)

    def run(name: str, *args: str | Path) -> tuple[int | str, str]:
        monkeypatch.setattr(sys, 'argv', [name, *map(str, args)])
        status = 0
        try:
            runpy.run_path(f'tools/{name}', run_name='__main__')
        except SystemExit as end:
            status = end.code
        return status, capsys.readouterr().out

    return run


@pytest.fixture(scope='session')
def toy_run(run_tool: RunTool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Work dir of an uninterrupted run over three epochs."""
    work_dir = tmp_path_factory.mktemp('toy') / 'run'
    run_tool(
        'train.py', 'tests/data/toy_config.py', '--work-dir', work_dir, '--auto-scale-lr',
        '--cfg-options', 'train_cfg.max_epochs=3', 'default_hooks.checkpoint.max_keep_ckpts=3')
    return work_dir
