"""The operating system's side of a running step."""
from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def launch(words: Sequence[str], root: Path, log: Path, threads: int) -> subprocess.Popen:
    """Start a command.

    Args:
        words: after the Python interpreter.
        root: where it runs.
        log: takes its output; an older one is replaced.
        threads: of OpenMP, unless the user set ``OMP_NUM_THREADS``.

    Returns:
        The process.
    """
    # Idle OpenMP threads must sleep: those that spin take the cores from the data loaders.
    environment = {'OMP_WAIT_POLICY': 'PASSIVE', 'OMP_NUM_THREADS': str(threads), **os.environ,
                   'PYTHONUNBUFFERED': '1'}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open('wb') as output:
        return subprocess.Popen([sys.executable, *words], cwd=root, env=environment,
                                stdout=output, stderr=subprocess.STDOUT)


def end_all(processes: Sequence[subprocess.Popen], grace_s: float = 10.0) -> None:
    """End processes and wait for them: two runs must not write into one folder.

    Args:
        processes: running or not.
        grace_s: seconds, all together, before those that do not react are killed.
    """
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + grace_s
    try:
        for process in processes:
            process.wait(max(deadline - time.monotonic(), 0.0))
    except subprocess.TimeoutExpired:
        pass
    finally:  # also if the user interrupts a second time
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()
