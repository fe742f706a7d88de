"""Tests of weak labels on disk."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrossdistill.datasets.region_files import write_regions
from mmcrossdistill.datasets.weak_label_files import read_weak_labels


def test_labels_come_back(tmp_path: Path) -> None:
    labels = np.random.default_rng(0).choice([0, 3, 16, 255], (20, 30))
    write_regions(tmp_path / 'a.png', labels)
    found = read_weak_labels(tmp_path / 'a.png', 17)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, labels)
    write_regions(tmp_path / 'a.png', np.full((2, 2), 255))
    assert (read_weak_labels(tmp_path / 'a.png', 1) == 255).all()


def test_an_unknown_class_is_refused(tmp_path: Path) -> None:
    write_regions(tmp_path / 'a.png', np.array([[0, 13, 255]]))
    with pytest.raises(ValueError, match='the class 13, the model knows 13'):
        read_weak_labels(tmp_path / 'a.png', 13)


def test_files_that_are_no_labels(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='weak_labels.py'):
        read_weak_labels(tmp_path / 'missing.png', 3)
    cv2.imwrite(str(tmp_path / 'colour.png'), np.zeros((4, 4, 3), np.uint8))
    (tmp_path / 'torn.png').write_bytes(b'\x89PNG')
    for name in ('colour.png', 'torn.png'):
        with pytest.raises(ValueError, match=name):
            read_weak_labels(tmp_path / name, 3)
