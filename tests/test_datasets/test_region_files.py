"""Tests of region maps on disk."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrossdistill.datasets.region_files import read_regions, region_path, write_regions


@pytest.mark.parametrize('largest,kind', [(255, np.uint8), (256, np.uint16), (65535, np.uint16)])
def test_ids_come_back(tmp_path: Path, largest: int, kind: type) -> None:
    regions = np.random.default_rng(0).integers(0, largest, (20, 30))
    regions[3, 4] = largest
    path = region_path(tmp_path, 'CAM_FRONT', dict(sample_data_token='abc'))
    write_regions(path, regions)
    assert path == tmp_path / 'CAM_FRONT' / 'abc.png'
    assert cv2.imread(str(path), cv2.IMREAD_UNCHANGED).dtype == kind
    np.testing.assert_array_equal(read_regions(path), regions)
    assert read_regions(path).dtype == np.uint16


@pytest.mark.parametrize('value', [-1, 65536])
def test_ids_that_do_not_fit_are_refused(tmp_path: Path, value: int) -> None:
    with pytest.raises(ValueError, match='65535'):
        write_regions(tmp_path / 'a.png', np.full((2, 2), value))
    assert not list(tmp_path.iterdir())


def test_files_that_are_no_maps(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='superpixels.py'):
        read_regions(tmp_path / 'missing.png')
    with pytest.raises(FileNotFoundError, match='tools/preprocess/weak_labels.py'):
        read_regions(tmp_path / 'missing.png', tool='weak_labels.py')
    cv2.imwrite(str(tmp_path / 'colour.png'), np.zeros((4, 4, 3), np.uint8))
    (tmp_path / 'torn.png').write_bytes(b'\x89PNG')
    for name in ('colour.png', 'torn.png'):
        with pytest.raises(ValueError, match=name):
            read_regions(tmp_path / name)
