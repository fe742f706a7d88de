"""Everything that carries a box: traffic, parked vehicles, people, work zones, the ego's way."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import people, street_objects, vehicles
from .agents import Agent, Motion
from .materials import MaterialTable
from .meshes import Mesh
from .road import KERB, Road

_BUILDERS: dict[str, Callable[..., Mesh]] = {
    'vehicle.car': vehicles.car, 'vehicle.truck': vehicles.truck,
    'vehicle.bus.rigid': vehicles.bus, 'vehicle.trailer': vehicles.trailer,
    'vehicle.construction': vehicles.construction_vehicle,
    'vehicle.motorcycle': people.motorcycle, 'vehicle.bicycle': people.bicycle}
_RARE = ('vehicle.bus.rigid', 'vehicle.trailer', 'vehicle.construction', 'vehicle.motorcycle',
         'vehicle.bicycle', 'vehicle.truck', 'vehicle.truck', 'vehicle.motorcycle')
_LAMPLESS = ('vehicle.trailer', 'vehicle.construction')


class Traffic:
    """Populates one world.

    Rare classes are dealt from a shuffled deck instead of drawn, so that every world holds several
    of them near the ego vehicle: thin classes must be measurable on small splits.

    Args:
        road: the streets.
        table: receives the materials.
        rng: random state.
        go: whether the main road has a green light.
        plaza ((2,) float): depth of the paved frontage (right, left; m).
    """

    def __init__(self, road: Road, table: MaterialTable, rng: np.random.Generator, go: bool,
                 plaza: tuple[float, float]) -> None:
        self._road, self._table, self._rng, self._go = road, table, rng, go
        self._deck: list[str] = []
        self._plaza = plaza
        self.agents: list[Agent] = []
        lane = int(rng.integers(road.lanes))
        speed = float(rng.uniform(3, 11)) if go else 0.0
        brake = float(rng.normal(0, .5)) if go else 0.0
        self.ego = Motion(0.0, -road.lane_center(lane), 0.0, speed, brake,
                          float(rng.uniform(-.25, .25)))
        self._closed = self._work_zone(lane)
        for side in (-1, 1):
            for index in range(road.lanes):
                self._fill_lane(side, index, ego_lane=side < 0 and index == lane)
            self._cyclists(side)
            if road.parking:
                self._park(side)
        if np.isfinite(road.cross_s):
            self._crossing_traffic()
        self._people()
        self._sidewalk_cycles()

    def _deal(self, rare_share: float) -> str:
        """Choose a vehicle category."""
        if self._rng.random() > rare_share:
            return 'vehicle.car'
        if not self._deck:
            self._deck = list(self._rng.permutation(_RARE))
        return str(self._deck.pop())

    def _add(self, category: str, mesh: Mesh, motion: Motion, height: float = 0.0,
             parked: bool = False, head_lights: bool = False) -> None:
        """Append one agent."""
        self.agents.append(Agent(category, mesh, motion, height, parked, head_lights))

    def _vehicle(self, category: str, lit: bool) -> tuple[Mesh, float]:
        """Build a vehicle and measure its length (m)."""
        mesh = _BUILDERS[category](self._table, self._rng, lit=lit)
        low, high = mesh.bounds
        return mesh, float(high[0] - low[0])

    def _fill_lane(self, side: int, index: int, ego_lane: bool) -> None:
        """Fill one lane of the main road with vehicles that share a speed."""
        rng, road = self._rng, self._road
        if (side, index) == self._closed:
            return
        d = side * road.lane_center(index)
        direction = 0.0 if side < 0 else np.pi
        if ego_lane:
            speed, brake = self.ego.speed, self.ego.acceleration
        else:
            speed = float(rng.uniform(2, 12)) if self._go else 0.0
            brake = float(rng.normal(0, .5)) if self._go else 0.0
        s = rng.uniform(-52, -40)
        while s < 68:
            category = self._deal(.5)
            mesh, length = self._vehicle(category, lit=True)
            follower = None
            if category == 'vehicle.trailer':  # drawn by a truck in front of it
                follower = self._vehicle('vehicle.truck', lit=True)
            total = length + (follower[1] + .4 if follower else 0)
            if ego_lane and s < 7.5 and s + total > -5.0:
                s = rng.uniform(8.0, 15.0)
            stopped_inside = not self._go and s < road.cross_s + road.cross_half + 5 and (
                s + total > road.cross_s - road.cross_half - 5)
            if stopped_inside:
                s = road.cross_s + road.cross_half + 5.5
                continue
            lamps = category not in _LAMPLESS
            place = s + length / 2 if direction == 0 else s + total - length / 2
            self._add(category, mesh, Motion(place, d, direction, speed, brake), head_lights=lamps)
            if follower:
                ahead = place + np.cos(direction) * (length / 2 + follower[1] / 2 + .4)
                self._add('vehicle.truck', follower[0], Motion(ahead, d, direction, speed, brake),
                          head_lights=True)
            s += total + rng.uniform(4, 8 if not self._go else 22)

    def _cyclists(self, side: int) -> None:
        """Let cycles ride along the edge of the carriageway."""
        rng, road = self._rng, self._road
        d = side * (road.lane_center(road.lanes - 1) + road.lane_width / 2 - .3)
        if not self._go or (side, road.lanes - 1) == self._closed:
            return
        speed = float(rng.uniform(3, 6))
        for s in np.cumsum(rng.uniform(9, 28, rng.integers(2, 5))) - 22:
            category = str(rng.choice(['vehicle.bicycle', 'vehicle.motorcycle'], p=[.7, .3]))
            mesh, _ = self._vehicle(category, lit=True)
            self._add(category, mesh, Motion(float(s), d, 0.0 if side < 0 else np.pi, speed),
                      head_lights=category == 'vehicle.motorcycle')

    def _park(self, side: int) -> None:
        """Fill the parking strip of one side, bay by bay."""
        rng, road = self._rng, self._road
        d = side * (road.half - road.parking / 2)
        s, share = -54.0, rng.uniform(.35, .85)
        while s < 80:
            gap = abs(s + 3 - road.cross_s) < road.cross_half + road.sidewalk + 10
            if gap or (side == self._closed[0]) or rng.random() > share:
                s += 6.0
                continue
            category = self._deal(.22)
            mesh, length = self._vehicle(category, lit=False)
            bays = int(np.ceil((length + .5) / 6.0))
            turn = np.pi if (side > 0) != (rng.random() < .1) else 0.0
            self._add(category, mesh, Motion(s + 3.0 * bays, d + rng.normal(0, .08), turn),
                      parked=True)
            s += 6.0 * bays

    def _work_zone(self, ego_lane: int) -> tuple[int, int]:
        """Set up a work zone, sometimes closing an outer lane.

        Returns:
            Side and lane index that are closed to traffic; (0, -1) for none.
        """
        rng, road = self._rng, self._road
        outer = road.lanes - 1
        side = int(rng.choice([-1, 1]))
        start, length = rng.uniform(-18, 14), rng.uniform(12, 26)
        closes = road.lanes == 2 and (side > 0 or ego_lane != outer) and rng.random() < .6
        if closes:
            low, high = road.lane_center(outer) - road.lane_width / 2 + .4, road.half - .4
            height = 0.0
        else:
            low = road.frontage + .6
            high, height = low + rng.uniform(3, 6), KERB
        self._barrier_row(start, length, side * low, height)
        for s in np.arange(start - 8, start, rng.uniform(1.6, 3.0)):
            slant = (start - s) / 8 if closes else 0.0
            self._cone(s, side * (low + slant * (high - low)), height)
        for _ in range(rng.integers(3, 8)):
            self._cone(start + rng.uniform(0, length), side * rng.uniform(low + .6, high), height)
        middle = side * (low + high + .6) / 2
        kinds = ['vehicle.construction', str(rng.choice(['vehicle.truck', 'vehicle.trailer',
                                                         'vehicle.construction']))]
        s = start + 3
        for category in kinds:
            mesh, extent = self._vehicle(category, lit=False)
            if s + extent < start + length:
                self._add(category, mesh, Motion(s + extent / 2, middle, rng.choice([0., np.pi])),
                          height, parked=True)
            s += extent + 2
        for _ in range(rng.integers(1, 4)):
            self._person(start + rng.uniform(-2, length), side * (low + rng.uniform(.7, 1.2)),
                         rng.uniform(0, 6.28), height, 'human.pedestrian.construction_worker', 0.0)
        if rng.random() < .5:  # a second row of barriers elsewhere, along the other kerb
            self._barrier_row(rng.uniform(-10, 20), rng.uniform(6, 16),
                              -side * (road.half + .4), KERB)
        for _ in range(rng.integers(2, 6)):
            self._cone(rng.uniform(-8, 25), -side * (road.half + rng.uniform(.3, .8)), KERB)
        return (side, outer) if closes else (0, -1)

    def _barrier_row(self, start: float, length: float, d: float, height: float) -> None:
        """Place barrier elements end to end."""
        kind, material = street_objects.barrier_material(self._table, self._rng)
        mesh = street_objects.barrier(kind, material)
        for s in np.arange(start, start + length, 2.05):
            if abs(s - self._road.cross_s) > self._road.cross_half + 4:
                self._add('movable_object.barrier', mesh, Motion(float(s), d, 0.0), height,
                          parked=True)

    def _cone(self, s: float, d: float, height: float) -> None:
        """Place one traffic cone."""
        mesh = street_objects.cone(self._table, self._rng)
        self._add('movable_object.trafficcone', mesh,
                  Motion(float(s), float(d), float(self._rng.uniform(0, 6.28))), height,
                  parked=True)

    def _crossing_traffic(self) -> None:
        """Let vehicles cross when the main road waits, else queue at the stop line."""
        rng, road = self._rng, self._road
        for sign in (-1, 1):  # +1 drives towards +d, on the +s half of the crossing road
            s = road.cross_s + sign * road.cross_half / 2
            moving = not self._go
            speed = float(rng.uniform(4, 8)) if moving else 0.0
            d = -road.half - rng.uniform(4.5, 6.5) + (rng.uniform(4, 14) if moving else 0.0)
            for _ in range(rng.integers(2, 5)):
                category = self._deal(.45)
                mesh, length = self._vehicle(category, lit=True)
                self._add(category, mesh, Motion(s, sign * (d - length / 2), sign * np.pi / 2,
                                                 speed),
                          head_lights=category not in _LAMPLESS)
                d -= length + rng.uniform(2, 8)

    def _person(self, s: float, d: float, direction: float, height: float, category: str,
                speed: float) -> None:
        """Place one pedestrian."""
        mesh = people.pedestrian(self._table, self._rng, category, speed > 0)
        self._add(category, mesh, Motion(float(s), float(d), float(direction), speed), height)

    def _people(self) -> None:
        """Put people on the sidewalks, in groups, and on the zebra crossings."""
        rng, road = self._rng, self._road
        for _ in range(rng.integers(9, 15)):
            side = rng.choice([-1, 1])
            s = rng.normal(8, 17)
            d = rng.uniform(road.half + road.verge + .5,
                            road.frontage + self._plaza[int(side > 0)] * .5 - .3)
            if abs(s - road.cross_s) < road.cross_half + 1:
                continue
            speed = float(rng.uniform(.7, 1.6)) if rng.random() < .7 else 0.0
            direction = rng.choice([0, np.pi]) if speed else rng.uniform(0, 6.28)
            for member in range(rng.choice([1, 2, 3], p=[.55, .3, .15])):
                kind = 'human.pedestrian.' + str(rng.choice(['adult', 'child'], p=[.85, .15]))
                self._person(s + .7 * member, side * (d + .55 * (member % 2)), direction, KERB,
                             kind, speed)
        if np.isfinite(road.cross_s):
            s = road.cross_s - road.cross_half - 2.2
            for _ in range(rng.integers(2, 6)):
                sign = rng.choice([-1, 1])
                if self._go:  # waits at the kerb
                    where, speed = sign * (road.half + .5 + rng.uniform(0, .8)), 0.0
                else:
                    where, speed = rng.uniform(-1, .6) * road.half, float(rng.uniform(.9, 1.5))
                self._person(s + rng.uniform(-1.1, 1.1), where, -sign * np.pi / 2,
                             KERB if self._go else 0.0, 'human.pedestrian.adult', speed)

    def _sidewalk_cycles(self) -> None:
        """Park bicycles and motorcycles on the sidewalks."""
        rng, road = self._rng, self._road
        for _ in range(rng.integers(1, 4)):
            side, s = rng.choice([-1, 1]), rng.uniform(-15, 30)
            category = str(rng.choice(['vehicle.bicycle', 'vehicle.motorcycle']))
            for member in range(rng.integers(1, 4)):
                if abs(s - road.cross_s) < road.cross_half + 3:
                    break
                mesh = _BUILDERS[category](self._table, rng, lit=False, ridden=False)
                self._add(category, mesh,
                          Motion(float(s + .9 * member), float(side * (road.frontage - .9)),
                                 float(side * np.pi / 2 + rng.normal(0, .2))), KERB, parked=True)
