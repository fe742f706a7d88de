"""What stands still and carries no box: buildings, plants, lamps, signs and street furniture."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import street_objects as objects
from .materials import MaterialTable
from .meshes import Mesh
from .road import KERB, Road
from .terrain import ground_materials, ground_mesh


@dataclass(frozen=True)
class Placed:
    """A mesh with its place in the world.

    Args:
        mesh: in the object frame.
        x: position (m).
        y: position (m).
        z: height of the ground (m).
        yaw: heading (rad).
    """

    mesh: Mesh
    x: float
    y: float
    z: float
    yaw: float


class StreetLayout:
    """Places the still objects of one world along its streets.

    Args:
        road: the streets.
        table: receives the materials.
        rng: random state.
        go: whether the main road has a green light.
    """

    def __init__(self, road: Road, table: MaterialTable, rng: np.random.Generator,
                 go: bool) -> None:
        self.road, self._table, self._rng, self._go = road, table, rng, go
        self.plaza = tuple(float(rng.uniform(2, 12)) if rng.random() < .6 else 0.0
                           for _ in range(2))
        self.placed: list[Placed] = []
        self.lamps: list[tuple[float, float, float]] = []  # light positions (m)
        materials = ground_materials(table, rng)
        self._put(ground_mesh(road, materials, self.plaza, rng), None)
        for side in (-1, 1):
            self._building_row(side)
            self._roadside(side)
            self._street_lamps(side)
        if np.isfinite(road.cross_s):
            self._crossing()
        self._backdrop()

    def _put(self, mesh: Mesh, where: tuple[float, float] | None, turn: float = 0.0,
             z: float = KERB) -> None:
        """Place a mesh at (s, d), turned relative to the road; None keeps the world frame."""
        if where is None:
            self.placed.append(Placed(mesh, 0, 0, 0, 0))
            return
        x, y = self.road.to_xy(*where)
        self.placed.append(
            Placed(mesh, float(x), float(y), z, self.road.heading(where[0]) + turn))

    def _near_crossing(self, s: float, margin: float) -> bool:
        """Whether ``s`` lies within ``margin`` (m) of the crossing road."""
        return abs(s - self.road.cross_s) < self.road.cross_half + margin

    def _building_row(self, side: int) -> None:
        """Fill the building line of one side with houses, gardens, walls and parks."""
        rng, road = self._rng, self.road
        line = road.frontage + self.plaza[int(side > 0)]
        turn = 0.0 if side > 0 else np.pi
        tall, s = rng.uniform(5, 26), -115.0
        while s < 125:
            width = rng.uniform(9, 26)
            middle = s + width / 2
            s += width + (rng.uniform(1, 6) if rng.random() < .4 else 0)
            if self._near_crossing(middle, road.sidewalk + width / 2 + 2):
                continue
            setback = rng.uniform(.3, 5) if rng.random() < .5 else .3
            kind = rng.choice(['building', 'park', 'wall'], p=[.62, .26, .12])
            if kind == 'building':
                height = np.clip(tall * rng.uniform(.5, 1.5), 3.6, 45)
                self._put(objects.building(self._table, rng, width, rng.uniform(9, 16), height),
                          (middle, side * (line + setback)), turn, z=0.0)
                if setback > 2 and rng.random() < .6:
                    self._put(objects.hedge(self._table, rng, width * .8),
                              (middle, side * (line + .8)))
            else:
                for _ in range(rng.integers(3, 7)):
                    self._put(objects.tree(self._table, rng),
                              (middle + rng.uniform(-.5, .5) * width,
                               side * (line + rng.uniform(2.5, 18))), rng.uniform(0, 6.28), .1)
                for _ in range(rng.integers(2, 6)):
                    self._put(objects.bush(self._table, rng),
                              (middle + rng.uniform(-.5, .5) * width,
                               side * (line + rng.uniform(1, 10))), rng.uniform(0, 6.28), .1)
                if kind == 'wall' or rng.random() < .4:
                    self._put(objects.fence(self._table, rng, width), (middle, side * (line + .4)))

    def _roadside(self, side: int) -> None:
        """Plant trees and put up signs and furniture along one sidewalk."""
        rng, road = self._rng, self.road
        verge = road.half + (road.verge / 2 if road.verge else .55)
        trees = rng.random() < .7
        s = -70.0 + rng.uniform(0, 8)
        while s < 95:
            if not self._near_crossing(s, road.sidewalk + 1):
                pick = rng.random()
                if trees and pick < .5:
                    self._put(objects.tree(self._table, rng, 2), (s, side * (verge + .2)),
                              rng.uniform(0, 6.28))
                elif pick < .68:
                    self._put(objects.sign(self._table, rng), (s, side * verge),
                              0.0 if side < 0 else np.pi)
                elif pick < .86:
                    back = road.frontage - .6 if rng.random() < .5 else verge + .3
                    self._put(objects.street_furniture(self._table, rng), (s, side * back),
                              0.0 if side > 0 else np.pi)
                elif road.verge:
                    self._put(objects.bush(self._table, rng), (s, side * (verge + .2)), 1.0)
            s += rng.uniform(4, 10)

    def _street_lamps(self, side: int) -> None:
        """Put up lamps whose arms reach over the carriageway."""
        rng, road = self._rng, self.road
        height, step = rng.uniform(6.0, 9.0), rng.uniform(22, 34)
        for s in np.arange(-75 + (side > 0) * step / 2, 100, step):
            if self._near_crossing(s, 2):
                continue
            d = side * (road.half + .45)
            self._put(objects.lamp(self._table, rng, height), (s, d), -side * np.pi / 2)
            x, y = road.to_xy(s, d - side * 1.6)
            self.lamps.append((float(x), float(y), height + KERB - .15))

    def _crossing(self) -> None:
        """Put traffic lights at the corners and buildings along the crossing road."""
        rng, road = self._rng, self.road
        reach = road.half - road.median
        for sign in (-1, 1):
            where = (road.cross_s + sign * (road.cross_half + .8), -sign * -1 * (road.half + .6))
            self._put(objects.traffic_light(self._table, rng, reach, self._go), where,
                      0.0 if sign > 0 else np.pi)
            where = (road.cross_s + sign * (road.cross_half + .6), -sign * (road.half + .8))
            self._put(objects.traffic_light(self._table, rng, 2.5, not self._go), where,
                      sign * np.pi / 2)
        line = road.cross_half + road.sidewalk + 1.5
        for side in (-1, 1):
            for sign in (-1, 1):
                d = road.frontage + 28
                while d < 120:
                    width = rng.uniform(10, 24)
                    where = (road.cross_s + sign * line, side * (d + width / 2))
                    turn = -np.pi / 2 if sign > 0 else np.pi / 2
                    if rng.random() < .7:
                        self._put(objects.building(self._table, rng, width, 12,
                                                   rng.uniform(4, 22)), where, turn, 0.0)
                    else:
                        self._put(objects.tree(self._table, rng), where)
                    d += width + rng.uniform(0, 5)

    def _backdrop(self) -> None:
        """Close the view at the ends of the streets with distant blocks and trees."""
        rng, road = self._rng, self.road
        for _ in range(34):
            angle, reach = rng.uniform(0, 6.28), rng.uniform(135, 200)
            s, d = reach * np.cos(angle), reach * np.sin(angle)
            if abs(d) < road.half + 20 or self._near_crossing(s, 18):
                continue
            if rng.random() < .6:
                mesh = objects.building(self._table, rng, rng.uniform(14, 40), 14,
                                        rng.uniform(8, 38))
            else:
                mesh = objects.tree(self._table, rng)
            self._put(mesh, (s, d), rng.uniform(0, 6.28), 0.0)
