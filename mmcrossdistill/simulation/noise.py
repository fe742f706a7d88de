"""Smooth noise and cell hashes for procedural textures and clouds."""
from __future__ import annotations

from functools import lru_cache

import numpy as np

_PERIOD = 64  # of the noise tile (cells)


@lru_cache(maxsize=1)
def _noise_tile() -> np.ndarray:
    """A periodic, smooth 3D noise of zero mean and about unit range, (64^3,) float32."""
    rng = np.random.default_rng(20240501)
    spectrum = np.fft.rfftn(rng.standard_normal((_PERIOD,) * 3))
    k = [np.fft.fftfreq(_PERIOD) * _PERIOD] * 2 + [np.fft.rfftfreq(_PERIOD) * _PERIOD]
    radius = np.sqrt(sum(axis ** 2 for axis in np.meshgrid(*k, indexing='ij')))
    tile = np.fft.irfftn(spectrum * np.exp(-(radius / 9.0) ** 2), s=(_PERIOD,) * 3)
    return (tile / (3 * tile.std())).astype(np.float32).reshape(-1)


def noise(points: np.ndarray, cells_per_metre: np.ndarray | float) -> np.ndarray:
    """Look smooth noise up.

    Args:
        points ((N, 3) float32): positions (m).
        cells_per_metre ((N, 1) float or float): frequency.

    Returns:
        (N,) float32, mostly within -1 to 1.
    """
    cell = np.floor(points * cells_per_metre).astype(np.int32) & (_PERIOD - 1)
    return _noise_tile()[(cell[:, 0] * _PERIOD + cell[:, 1]) * _PERIOD + cell[:, 2]]


def cell_hash(a: np.ndarray, b: np.ndarray, salt: np.ndarray) -> np.ndarray:
    """Hash the cells that positions fall into.

    Args:
        a ((N,) float): position in cells.
        b ((N,) float): position in cells.
        salt ((N,) int): makes objects differ.

    Returns:
        (N,) float32 in [0, 1).
    """
    a, b, c = (np.floor(axis).astype(np.int64).astype(np.uint32) for axis in (a, b, salt))
    value = (a * np.uint32(73856093)) ^ (b * np.uint32(19349663)) ^ (c * np.uint32(83492791))
    value = (value ^ (value >> np.uint32(13))) * np.uint32(1274126177)
    return ((value >> np.uint32(8)) & np.uint32(0xFFFF)).astype(np.float32) / 65536
