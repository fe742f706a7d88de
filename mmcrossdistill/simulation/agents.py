"""Annotated objects and how they move."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .meshes import Mesh
from .road import Road


@dataclass(frozen=True)
class Motion:
    """Movement along a straight line of road coordinates, braking to a halt if need be.

    Args:
        s: start along the road (m).
        d: start to the left of it (m).
        direction: heading relative to the road (rad).
        speed: at time zero (m/s).
        acceleration: constant (m/s^2) until standstill.
        sway: amplitude of a slow lateral drift (m).
    """

    s: float
    d: float
    direction: float
    speed: float = 0.0
    acceleration: float = 0.0
    sway: float = 0.0

    def distance(self, time: float) -> float:
        """Way covered until ``time`` (s), in m."""
        if self.acceleration < 0:
            time = min(time, -self.speed / self.acceleration)
        return self.speed * time + self.acceleration * time ** 2 / 2

    def pose(self, road: Road, time: float) -> tuple[float, float, float]:
        """Position and heading in the world.

        Args:
            road: the streets.
            time: since the scene's start (s), not negative.

        Returns:
            x (m), y (m) and yaw (rad).
        """
        way = self.distance(time)
        drift = self.sway * np.sin(way / 11)
        slope = self.sway * np.cos(way / 11) / 11
        cos, sin = np.cos(self.direction), np.sin(self.direction)
        s, d = self.s + cos * way - sin * drift, self.d + sin * way + cos * drift
        x, y = road.to_xy(s, d)
        return float(x), float(y), road.heading(s) + self.direction + float(np.arctan(slope))


@dataclass(frozen=True)
class Agent:
    """One annotated object: a vehicle, a person, a cone or a barrier element.

    Args:
        category: official nuScenes category.
        mesh: in the object frame, on the ground.
        motion: where it is at any time.
        height: of the ground below it (m).
        parked: whether it stands for the whole scene.
        head_lights: whether its front lights shine at night.
    """

    category: str
    mesh: Mesh
    motion: Motion
    height: float = 0.0
    parked: bool = False
    head_lights: bool = False

    @property
    def moves(self) -> bool:
        """Whether the object ever changes place."""
        return self.motion.speed > 0 or self.motion.acceleration > 0
