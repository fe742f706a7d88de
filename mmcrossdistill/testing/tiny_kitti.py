"""A tiny KITTI folder for tests: cars and pedestrians as boxes of points on a flat ground."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

CALIBRATION = """P2: 700 0 600 45 0 700 170 0.2 0 0 1 0.003
R0_rect: 1 0 0 0 1 0 0 0 1
Tr_velo_to_cam: 0 -1 0 0 0 0 -1 -0.08 1 0 0 -0.27
"""
SIZES = {'Car': (3.9, 1.6, 1.5), 'Pedestrian': (0.8, 0.6, 1.75)}  # length, width, height
_GROUND = -1.6  # metres below the LiDAR


def make_tiny_kitti(path: str | Path, frames: int = 4, seed: int = 0) -> Path:
    """Write ``training/`` with its labels, and ``ImageSets/`` that make all frames train and val.

    Every frame has a car, every other one a pedestrian, too; the last one has no object.

    Args:
        path: folder of the data set.
        frames: how many.
        seed: of the places.

    Returns:
        The folder.
    """
    root = Path(path)
    training = root / 'training'
    for folder in ('velodyne', 'image_2', 'calib', 'label_2'):
        (training / folder).mkdir(parents=True)
    (root / 'ImageSets').mkdir()
    names = [f'{index:06d}' for index in range(frames)]
    rng = np.random.default_rng(seed)
    for index, name in enumerate(names):
        cloud = [_sample(rng, (14.0, 0.0, _GROUND, 20.0, 16.0, 0.0, 0.0), 600)]
        lines = ['DontCare -1 -1 -10 10.00 20.00 30.00 40.00 -1 -1 -1 -1000 -1000 -1000 -10']
        kinds = ['Car', 'Pedestrian'][:1 + index % 2] if index < frames - 1 else []
        for place, kind in enumerate(kinds):
            length, width, height = SIZES[kind]
            box = (rng.uniform(9, 15), 4.0 * place - rng.uniform(0, 2), _GROUND, length, width,
                   height, rng.uniform(-0.3, 0.3))
            cloud.append(_sample(rng, box, 250))
            lines.append(_label(kind, box))
        np.concatenate(cloud).astype(np.float32).tofile(training / 'velodyne' / f'{name}.bin')
        cv2.imwrite(str(training / 'image_2' / f'{name}.png'), np.zeros((370, 1224, 3), np.uint8))
        (training / 'calib' / f'{name}.txt').write_text(CALIBRATION)
        (training / 'label_2' / f'{name}.txt').write_text('\n'.join(lines) + '\n')
    for split in ('train', 'val'):
        (root / 'ImageSets' / f'{split}.txt').write_text('\n'.join(names) + '\n')
    return root


def _sample(rng: np.random.Generator, box: tuple[float, ...], count: int) -> np.ndarray:
    """Draw points in a box.

    Args:
        rng: random numbers.
        box: centre of the bottom, length, width, height, yaw, in the LiDAR frame.
        count: of points.

    Returns:
        (count, 4) float64: x, y, z, intensity.
    """
    x, y, z, length, width, height, yaw = box
    along, across, up = (rng.uniform(-0.48, 0.48, (count, 3)) * (length, width, height)).T
    cos, sin = np.cos(yaw), np.sin(yaw)
    return np.stack([
        x + cos * along - sin * across, y + sin * along + cos * across, z + height / 2 + up,
        rng.uniform(0, 1, count)], axis=1)


def _label(kind: str, box: tuple[float, ...]) -> str:
    """Write the line of an object; the reference camera is :data:`CALIBRATION`'s.

    Args:
        kind: class.
        box: as of :func:`_sample`.
    """
    x, y, z, length, width, height, yaw = box
    right, down, ahead = -y, -z - 0.08, x - 0.27
    rotation = -yaw - np.pi / 2
    u, v = 700 * right / ahead + 600, 700 * down / ahead + 170
    tall, wide = 700 * height / ahead, 700 * width / ahead
    return (f'{kind} 0.00 0 {rotation - np.arctan2(right, ahead):.2f} {u - wide / 2:.2f} '
            f'{v - tall:.2f} {u + wide / 2:.2f} {v:.2f} {height:.2f} {width:.2f} {length:.2f} '
            f'{right:.2f} {down:.2f} {ahead:.2f} {rotation:.2f}')
