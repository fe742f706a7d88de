"""Test of the check of local models."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.preprocessing.local_checkpoint import check_checkpoint


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='--weights a folder .* clone of some/model'):
        check_checkpoint(tmp_path, '--weights', 'some/model')
    (tmp_path / 'config.json').write_text('{}')
    assert check_checkpoint(str(tmp_path), '--weights', 'some/model') == tmp_path
