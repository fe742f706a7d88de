"""Run the tools as a user does, each in its own process."""
from __future__ import annotations

import os
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

    def run(name: str, *args: str | Path, fails: bool = False) -> subprocess.CompletedProcess:
        script = repo_root / 'tools' / name
        starter = [sys.executable] if script.suffix == '.py' else ['bash']
        done = subprocess.run(
            [*starter, str(script), *map(str, args)], cwd=repo_root, env=environment,
            capture_output=True, text=True, timeout=120)
        assert (done.returncode != 0) == fails, done.stdout[-3000:] + done.stderr[-3000:]
        return done

    return run


@pytest.fixture(scope='session')
def toy_run(run_tool: RunTool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Work dir of an uninterrupted run over three epochs."""
    work_dir = tmp_path_factory.mktemp('toy') / 'run'
    run_tool(
        'train.py', 'tests/data/toy_config.py', '--work-dir', work_dir, '--auto-scale-lr',
        '--cfg-options', 'train_cfg.max_epochs=3', 'default_hooks.checkpoint.max_keep_ckpts=3')
    return work_dir
