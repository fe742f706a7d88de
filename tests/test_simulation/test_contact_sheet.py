"""The contact sheet."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrossdistill.simulation.contact_sheet import contact_sheet


def test_rows_are_conditions_and_columns_cameras(minidrive_tiny: Path, tmp_path: Path) -> None:
    path = contact_sheet(minidrive_tiny, tmp_path / 'sheet.png', sample=1)
    image = cv2.imread(str(path)).astype(float)
    assert image.shape[1] > 1000
    third = image.shape[0] // 3
    rows = [image[i * third + 40:(i + 1) * third - 20, 100:900].mean() for i in range(3)]
    assert rows[2] < 0.7 * rows[0]  # night lies below day


def test_the_scan_covers_its_own_column_only(minidrive_tiny: Path, tmp_path: Path) -> None:
    sheets = [cv2.imread(str(contact_sheet(minidrive_tiny, tmp_path / f'{i}.png',
                                           cameras=('CAM_FRONT',), with_lidar=bool(i))))
              for i in (0, 1)]
    assert sheets[1].shape != sheets[0].shape or np.abs(
        sheets[1].astype(float) - sheets[0]).mean() > 1


@pytest.mark.parametrize(('key', 'value', 'message'), [
    ('split', 'reference', 'only dev and val'), ('world', 5, 'holds only 1'),
    ('sample', 9, 'fewer keyframes')])
def test_what_does_not_exist_is_refused(minidrive_tiny: Path, tmp_path: Path, key: str,
                                        value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        contact_sheet(minidrive_tiny, tmp_path / 'sheet.png', **{key: value})


def test_a_missing_data_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'scene\.json.*create_data'):
        contact_sheet(tmp_path, tmp_path / 'sheet.png')
