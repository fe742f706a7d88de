"""One chain at a time in a work directory."""
from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WorkDirInUseError(RuntimeError):
    """Another chain runs in the work directory."""


@contextmanager
def lock_work_dir(work_dir: Path) -> Iterator[None]:
    """Hold a work directory; the system releases it even if the process is killed.

    Two chains in one directory would resume the same training and overwrite its checkpoints.

    Args:
        work_dir: made if it does not exist.

    Raises:
        WorkDirInUseError: if another process holds it.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    with (work_dir / '.lock').open('w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WorkDirInUseError(
                f'another chain of commands is running in {work_dir}; wait for it, or pass another '
                '--work-dir') from error
        yield
