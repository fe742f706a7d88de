"""Tests of rigid transforms."""
from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from mmcrossdistill.preprocessing.rigid import (
    check_intrinsics,
    check_quaternion,
    check_rigid,
    invert_rigid,
    rigid_from_quaternion,
    rotation_from_quaternion,
)


def test_quaternion_equals_scipy() -> None:
    for w, x, y, z in np.random.default_rng(0).normal(size=(20, 4)):
        np.testing.assert_allclose(
            rotation_from_quaternion([w, x, y, z]), Rotation.from_quat([x, y, z, w]).as_matrix(),
            atol=1e-12)


def test_inverse() -> None:
    matrix = rigid_from_quaternion([0.3, -0.2, 0.9, 0.1], [1.0, -2.0, 3.0])
    np.testing.assert_allclose(invert_rigid(matrix), np.linalg.inv(matrix), atol=1e-12)


@pytest.mark.parametrize('change', ['scale', 'mirror', 'nan', 'shape'])
def test_non_rotations_are_refused(change: str) -> None:
    matrix = rigid_from_quaternion([0.3, -0.2, 0.9, 0.1], [1.0, -2.0, 3.0])
    if change == 'scale':
        matrix[:3, :3] *= 1.01
    elif change == 'mirror':
        matrix[:3, 0] *= -1
    elif change == 'nan':
        matrix[0, 3] = np.nan
    else:
        matrix = matrix[:3]
    with pytest.raises(ValueError, match='calib.txt, key Tr .*: correct the calibration'):
        check_rigid(matrix, 'calib.txt, key Tr')


def test_printed_digits_are_tolerated() -> None:
    matrix = rigid_from_quaternion([0.3, -0.2, 0.9, 0.1], [1.0, -2.0, 3.0]).round(5)
    assert check_rigid(matrix.tolist(), 'x').shape == (4, 4)
    check_quaternion([0.70711, 0, 0, 0.70711], 'x')


def test_quaternions_and_intrinsics_are_checked() -> None:
    with pytest.raises(ValueError, match='a.json is|a.json = .*unit quaternion'):
        check_quaternion([1.0, 1.0, 0, 0], 'a.json')
    with pytest.raises(ValueError, match='unit quaternion'):
        check_quaternion([np.nan, 0, 0, 0], 'a.json')
    for bad in (np.eye(4), np.diag([0.0, 1, 1]), np.diag([1.0, 1, 2])):
        with pytest.raises(ValueError, match='intrinsic matrix'):
            check_intrinsics(bad, 'a.json')
