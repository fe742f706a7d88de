"""Tests of regions from label maps."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mmcrossdistill.datasets.region_files import write_regions
from mmcrossdistill.preprocessing.superpixels.semantic_png import SemanticPngReader

LABELS = np.array([[4, 4, 9, 4], [4, 0, 9, 4], [300, 0, 0, 4]])


def test_labels_are_regions(tmp_path: Path) -> None:
    write_regions(tmp_path / 'CAM_FRONT' / 'a.png', LABELS)
    write_regions(tmp_path / 'b.png', LABELS.T)
    read = SemanticPngReader(tmp_path)
    np.testing.assert_array_equal(read('somewhere/a.jpg', 'CAM_FRONT'), LABELS)
    np.testing.assert_array_equal(read('somewhere/b.jpg', 'CAM_FRONT'), LABELS.T)


def test_connected_parts_are_regions(tmp_path: Path) -> None:
    write_regions(tmp_path / 'a.png', LABELS)
    regions = SemanticPngReader(tmp_path, split_components=True)('a.jpg', 'CAM_FRONT')
    assert sorted(np.unique(regions)) == [0, 1, 2, 3, 4]
    assert regions[0, 0] == regions[1, 0] != regions[0, 3] == regions[2, 3]
    assert regions[1, 1] == regions[2, 2]


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='--labels'):
        SemanticPngReader(tmp_path / 'nowhere')
    with pytest.raises(FileNotFoundError, match='no label map'):
        SemanticPngReader(tmp_path)('a.jpg', 'CAM_FRONT')
