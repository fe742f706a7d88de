"""Writing whole files."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.utils import atomic_file


def test_the_old_content_survives_a_failure(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / 'folder' / 'file.json'
    atomic_file.write_atomically(path, b'old')

    def fail(*_: object) -> None:
        raise OSError('no space left')

    monkeypatch.setattr(atomic_file.os, 'replace', fail)
    with pytest.raises(OSError, match='no space'):
        atomic_file.write_atomically(path, b'new')
    assert path.read_bytes() == b'old'
