"""A tiny MiniDrive data set for tests."""
from __future__ import annotations

from pathlib import Path

from mmcrossdistill.simulation.command import DEFAULT_CONDITIONS
from mmcrossdistill.simulation.generate import generate
from mmcrossdistill.simulation.plan import SIZES, Settings


def make_tiny_world(path: str | Path, seed: int = 0, sweeps: str = 'none') -> Path:
    """Generate the tiny data set (every split, all three conditions) unless it is there.

    Args:
        path: folder of the data set.
        seed: of the data set.
        sweeps: 'none', 'lidar' or 'all'.

    Returns:
        The folder.
    """
    root = Path(path)
    generate(root, Settings('tiny', seed, SIZES['tiny'].image_size, sweeps, DEFAULT_CONDITIONS))
    return root
