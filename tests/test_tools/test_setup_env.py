"""The set-up of the environment, with a Python that installs nothing."""
from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

# Notes its process and waits, as a compilation does.
_PYTHON = '#!/bin/sh\necho $$ > pid.part && mv pid.part pid\nexec sleep 60\n'


@pytest.mark.skipif(shutil.which('flock') is None, reason='the lock needs flock')
def test_a_killed_set_up_does_not_keep_the_lock(repo_root: Path, tmp_path: Path) -> None:
    script = tmp_path / 'tools/dev/setup_env.sh'
    python = tmp_path / '.venv/bin/python'
    for path in (script, python, tmp_path / 'requirements/x'):
        path.parent.mkdir(parents=True)
    shutil.copy(repo_root / 'tools/dev/setup_env.sh', script)
    python.write_text(_PYTHON)
    python.chmod(0o755)
    for name in ('build', 'runtime', 'mminstall', 'optional', 'tests', 'constraints'):
        (tmp_path / f'requirements/{name}.txt').touch()
    (tmp_path / 'setup.py').touch()

    running = subprocess.Popen(['bash', script, 'pretrain'], cwd=tmp_path, start_new_session=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not (tmp_path / 'pid').is_file():
            assert time.monotonic() < deadline, 'the set-up did not begin'
            time.sleep(0.02)
        with (tmp_path / '.venv/setup/lock').open('a') as lock:
            with pytest.raises(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            running.kill()
            running.wait()
            os.kill(int((tmp_path / 'pid').read_text()), signal.SIGKILL)
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    assert time.monotonic() < deadline, 'something still holds the lock'
                    time.sleep(0.02)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
