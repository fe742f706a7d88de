"""A work directory belongs to one chain at a time."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.chain.work_dir_lock import WorkDirInUseError, lock_work_dir


def test_a_second_chain_is_refused(tmp_path: Path) -> None:
    with lock_work_dir(tmp_path / 'demo'):
        with pytest.raises(WorkDirInUseError, match='another chain'):
            with lock_work_dir(tmp_path / 'demo'):
                pass


def test_a_finished_one_lets_go(tmp_path: Path) -> None:
    entered = 0
    for _ in range(2):
        with lock_work_dir(tmp_path):
            entered += 1
    assert entered == 2
