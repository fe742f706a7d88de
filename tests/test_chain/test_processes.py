"""Starting and ending commands."""
from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from mmcrossdistill.chain.processes import end_all, launch


@pytest.mark.parametrize(('own', 'expected'), [(None, '3'), ('7', '7')])
def test_threads_are_given_unless_the_user_chose_them(tmp_path, monkeypatch, own, expected):
    monkeypatch.delenv('OMP_NUM_THREADS', raising=False)
    if own is not None:
        monkeypatch.setenv('OMP_NUM_THREADS', own)
    log = tmp_path / 'logs' / 'a.log'
    code = 'import os; print(os.environ["OMP_NUM_THREADS"], os.getcwd())'
    assert launch(['-c', code], tmp_path, log, 3).wait(20) == 0
    assert log.read_text().split() == [expected, str(tmp_path)]


def _wait_for(path: Path) -> None:
    """Wait until a log has content."""
    deadline = time.monotonic() + 20
    while not path.is_file() or not path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_all_are_ended_also_one_that_does_not_listen(tmp_path):
    deaf = 'import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);'
    codes = [deaf, '', 'raise SystemExit(5)']
    processes = [
        launch(['-c', f'{code}\nprint("on", flush=True)\nimport time; time.sleep(60)'],
               tmp_path, tmp_path / f'{index}.log', 1) for index, code in enumerate(codes)]
    for index in range(2):
        _wait_for(tmp_path / f'{index}.log')
    assert processes[2].wait(20) == 5
    end_all(processes, grace_s=0.1)
    assert [process.returncode for process in processes] == [-signal.SIGKILL, -signal.SIGTERM, 5]
