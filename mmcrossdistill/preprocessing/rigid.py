"""Rigid transforms as 4x4 matrices."""
from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def rotation_from_quaternion(quaternion: ArrayLike) -> np.ndarray:
    """Make a rotation matrix.

    Args:
        quaternion ((4,) float): w, x, y, z; need not be of unit length.

    Returns:
        (3, 3) float64.
    """
    values = np.asarray(quaternion, dtype=np.float64)
    w, x, y, z = values / np.linalg.norm(values)
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]])


def rigid_from_quaternion(quaternion: ArrayLike, translation: ArrayLike) -> np.ndarray:
    """Make a rigid transform.

    Args:
        quaternion ((4,) float): w, x, y, z.
        translation ((3,) float): metres.

    Returns:
        (4, 4) float64.
    """
    matrix = np.eye(4)
    matrix[:3, :3] = rotation_from_quaternion(quaternion)
    matrix[:3, 3] = translation
    return matrix


def invert_rigid(matrix: np.ndarray) -> np.ndarray:
    """Invert a rigid transform.

    Args:
        matrix ((4, 4) float): rotation and translation.

    Returns:
        (4, 4) float64.
    """
    inverse = np.eye(4)
    inverse[:3, :3] = matrix[:3, :3].T
    inverse[:3, 3] = -matrix[:3, :3].T @ matrix[:3, 3]
    return inverse


def check_rigid(matrix: ArrayLike, where: str, tolerance: float = 1e-3) -> np.ndarray:
    """Make sure that a matrix is rigid.

    Args:
        matrix ((4, 4) float): candidate.
        where: file and key, for the message.
        tolerance: largest deviation of R R^T from the identity; files print few digits.

    Returns:
        (4, 4) float64.

    Raises:
        ValueError: if it is no rotation with a translation.
    """
    checked = np.asarray(matrix, dtype=np.float64)
    if checked.shape != (4, 4) or not np.isfinite(checked).all():
        raise ValueError(f'{where} is not a finite 4x4 matrix: correct the calibration')
    rotation = checked[:3, :3]
    error = np.abs(rotation @ rotation.T - np.eye(3)).max()
    if error > tolerance or np.linalg.det(rotation) < 0:
        raise ValueError(
            f'{where} is not a rotation (R R^T differs from the identity by {error:.3g}, '
            f'determinant {np.linalg.det(rotation):.3g}): correct the calibration')
    return checked


def check_quaternion(quaternion: ArrayLike, where: str, tolerance: float = 1e-3) -> None:
    """Make sure that a quaternion is a rotation.

    Args:
        quaternion ((4,) float): w, x, y, z.
        where: file and key, for the message.
        tolerance: largest deviation of the length from 1.

    Raises:
        ValueError: if it is not of unit length.
    """
    values = np.asarray(quaternion, dtype=np.float64)
    if values.shape != (4,) or not abs(np.linalg.norm(values) - 1) < tolerance:
        raise ValueError(
            f'{where} = {list(quaternion)} is not a unit quaternion (w, x, y, z), so not a '
            'rotation: correct the calibration')


def check_intrinsics(matrix: ArrayLike, where: str) -> np.ndarray:
    """Make sure that a matrix can be camera intrinsics.

    Args:
        matrix ((3, 3) float): candidate, pixels.
        where: file and key, for the message.

    Returns:
        (3, 3) float64.

    Raises:
        ValueError: if it cannot.
    """
    checked = np.asarray(matrix, dtype=np.float64)
    if (checked.shape != (3, 3) or not np.isfinite(checked).all() or checked[0, 0] <= 0
            or checked[1, 1] <= 0 or not np.allclose(checked[2], (0, 0, 1))):
        raise ValueError(
            f'{where} is not a 3x3 intrinsic matrix [[fx, s, cx], [0, fy, cy], [0, 0, 1]] with '
            'positive focal lengths: correct the calibration')
    return checked
