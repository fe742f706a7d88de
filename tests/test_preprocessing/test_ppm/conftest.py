"""A scene with known motion: ground, parked boxes, and boxes that drive."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from mmcrossdistill.preprocessing.ppm.mining import Scan
from mmcrossdistill.preprocessing.ppm.registration import Motion

TIMES = (0.0, -0.25, -0.2, -0.15, -0.1, -0.05, 0.05, 0.1, 0.15, 0.2, 0.25)
SENSOR_HEIGHT = 1.84
EGO_SPEED = np.array([3.0, 0.0, 0.0])


@dataclass
class Scene:
    """Scans with the truth.

    Args:
        scans: the keyframe's first.
        owner: object of each point of each scan; -1 ground, 0 and 1 parked, from 2 on moving.
        motions: of the objects from 2 on.
    """

    scans: list[Scan]
    owner: list[np.ndarray]
    motions: list[Motion]


def _box(generator: np.random.Generator, size: tuple[float, float, float], count: int
         ) -> np.ndarray:
    """Points on the four sides and the roof, the box standing on z = 0."""
    points = generator.uniform(-0.5, 0.5, (count, 3))
    face = generator.integers(0, 5, count)
    points[face < 2, 0] = face[face < 2] - 0.5
    points[(face == 2) | (face == 3), 1] = face[(face == 2) | (face == 3)] - 2.5
    points[face == 4, 2] = 0.5
    return (points + (0, 0, 0.5)) * size


@pytest.fixture(scope='session')
def scene() -> Scene:
    """Eleven scans of two parked and three moving boxes; one of them turns."""
    generator = np.random.default_rng(0)
    car, van, person = (4.4, 1.8, 1.5), (6.0, 2.2, 2.4), (0.6, 0.5, 1.7)
    parked = [(np.array([12.0, -6, 0]), car), (np.array([-9.0, 7, 0]), van)]
    moving = [
        (Motion(np.array([10.0, 4, 0]), np.array([8.0, 0, 0]), 0.0), car),
        (Motion(np.array([-12.0, -8, 0]), np.array([-5.0, 1.0, 0]), 0.25), van),
        (Motion(np.array([6.0, -9, 0]), np.array([0.0, 1.6, 0]), 0.0), person)]
    scans, owners = [], []
    for time in TIMES:
        parts, owner = [], []
        ground = generator.uniform((-40, -40, 0), (40, 40, 0.0), (6000, 3))
        ground[:, 2] += generator.normal(0, 0.01, len(ground))
        parts.append(ground)
        owner.append(np.full(len(ground), -1))
        for index, (place, size) in enumerate(parked):
            parts.append(_box(generator, size, 500) + place + (0, 0, 0.3))
            owner.append(np.full(500, index))
        for index, (motion, size) in enumerate(moving):
            points = _box(generator, size, 60 if size is person else 400) + motion.centre
            points += (0, 0, 0.3)
            # to_time_zero with the opposite time moves from time 0 to that time.
            matrix = np.linalg.inv(motion.matrix(time))
            parts.append(points @ matrix[:3, :3].T + matrix[:3, 3])
            owner.append(np.full(len(points), index + 2))
        world = np.concatenate(parts) + generator.normal(0, 0.01, (sum(map(len, parts)), 3))
        to_key = np.eye(4)
        to_key[:3, 3] = EGO_SPEED * time
        points = world - to_key[:3, 3] - (0, 0, SENSOR_HEIGHT)
        scans.append(Scan(
            np.column_stack([points, np.zeros(len(points))]).astype(np.float32), to_key, time))
        owners.append(np.concatenate(owner))
    return Scene(scans, owners, [motion for motion, _ in moving])
