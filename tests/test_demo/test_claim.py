"""A work directory belongs to one demonstration at a time."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.demo.claim import WorkDirInUseError, claim


def test_a_second_demonstration_is_refused(tmp_path: Path) -> None:
    with claim(tmp_path / 'demo'):
        with pytest.raises(WorkDirInUseError, match='another demonstration'):
            with claim(tmp_path / 'demo'):
                pass


def test_a_finished_one_lets_go(tmp_path: Path) -> None:
    entered = 0
    for _ in range(2):
        with claim(tmp_path):
            entered += 1
    assert entered == 2
