"""Tests of the records of positive pair mining."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mmcrossdistill.preprocessing.ppm.records import (
    Record,
    list_records,
    read_record,
    record_path,
    write_records,
)


def _record() -> Record:
    angle = 0.3
    transforms = np.stack([np.eye(4), np.full((4, 4), np.nan)])
    transforms[0, :2, :2] = (np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))
    transforms[0, :3, 3] = 1, 2, 3
    return Record(np.array([0, 1, 2, 0, 1], np.uint16), transforms.astype(np.float32))


def test_points_move_with_their_cluster() -> None:
    xyz = np.random.default_rng(0).normal(size=(5, 3))
    moved = _record().apply(xyz)
    assert (moved[[0, 3]] == xyz[[0, 3]]).all()  # exactly
    assert np.isnan(moved[2]).all()
    for row in (1, 4):
        expected = (_record().transforms[0] @ [*xyz[row], 1])[:3]
        np.testing.assert_allclose(moved[row], expected, rtol=1e-6)
    with pytest.raises(ValueError, match='5 points, the cloud has 4'):
        _record().apply(xyz[:4])


def test_files(tmp_path: Path) -> None:
    other = Record(np.zeros(3, np.uint16), np.zeros((0, 4, 4), np.float32))
    path = record_path(tmp_path, 'key')
    write_records(path, {'a': _record(), 'b': other})
    first = path.read_bytes()
    write_records(path, {'a': _record(), 'b': other})
    assert path.read_bytes() == first and [p.name for p in tmp_path.iterdir()] == ['key.npz']
    assert list_records(path) == ['a', 'b']
    found = read_record(path, 'a')
    np.testing.assert_array_equal(found.cluster, _record().cluster)
    np.testing.assert_array_equal(found.transforms, _record().transforms)
    assert len(read_record(path, 'b').transforms) == 0
    with pytest.raises(KeyError, match='no record of the sweep c'):
        read_record(path, 'c')
    with pytest.raises(FileNotFoundError, match='tools/preprocess/ppm.py'):
        list_records(tmp_path / 'other.npz')
