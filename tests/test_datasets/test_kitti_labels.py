"""KITTI's label files."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mmcrossdistill.datasets.kitti_labels import read_objects, write_objects

LABEL = """Car 0.25 1 -1.57 100.00 150.00 200.00 250.00 1.50 1.60 3.90 2.00 1.65 20.00 -1.47

DontCare -1 -1 -10 5.00 6.00 7.00 8.00 -1 -1 -1 -1000 -1000 -1000 -10
"""


def test_columns(tmp_path: Path) -> None:
    (tmp_path / 'label.txt').write_text(LABEL)
    objects = read_objects(tmp_path / 'label.txt')
    assert objects.name.tolist() == ['Car', 'DontCare'] and len(objects) == 2
    # Height, width, length in the file.
    assert objects.size[0].tolist() == [3.9, 1.5, 1.6]
    assert objects.location[0].tolist() == [2.0, 1.65, 20.0]
    assert objects.bbox[1].tolist() == [5, 6, 7, 8]
    assert (objects.truncated[0], objects.occluded[0], objects.alpha[0]) == (0.25, 1, -1.57)
    assert objects.rotation_y[0] == -1.47 and objects.score.tolist() == [0, 0]


def test_written_results_are_read_again(tmp_path: Path) -> None:
    (tmp_path / 'label.txt').write_text(LABEL)
    objects = read_objects(tmp_path / 'label.txt')
    objects.score[:] = [0.75, 0.125]
    write_objects(tmp_path / 'result.txt', objects)
    first = (tmp_path / 'result.txt').read_text().splitlines()[0].split()
    assert len(first) == 16 and first[:3] == ['Car', '0.25', '1'] and first[-1] == '0.7500'
    again = read_objects(tmp_path / 'result.txt')
    np.testing.assert_allclose(again.to_rows(), objects.to_rows())
    write_objects(tmp_path / 'nothing.txt', objects[:0])
    assert len(read_objects(tmp_path / 'nothing.txt')) == 0


@pytest.mark.parametrize('text,message', [
    (LABEL.replace(' -1.47', ''), 'line 1: 14 columns'), (LABEL.replace('20.00', 'far'), 'line 1')])
def test_broken_lines_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / '000007.txt').write_text(text)
    with pytest.raises(ValueError, match=f'000007.txt, {message}'):
        read_objects(tmp_path / '000007.txt')


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='label_2/'):
        read_objects(tmp_path / '000007.txt')
