"""A rotating 32-beam LiDAR: scans with intensity, labels and instances."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .categories import INDEX
from .raycast import Hits, Snapshot
from .sensors import LIDAR
from .world import Geometry, World

BEAMS = 32
MAX_RANGE = 100.0  # m
_RANGE_NOISE = 0.015  # m


@dataclass(frozen=True)
class Scan:
    """One LiDAR sweep in the sensor frame.

    Args:
        points ((N, 5) float32): x, y, z (m), intensity 0 to 255, ring.
        label ((N,) uint8): nuScenes lidarseg index.
        agent ((N,) int32): index of the hit agent, -1 for none.
    """

    points: np.ndarray
    label: np.ndarray
    agent: np.ndarray


def _beam_directions(azimuths: int) -> np.ndarray:
    """Rays of one turn in firing order, (azimuths * BEAMS, 3) float32 in the sensor frame."""
    elevation = np.radians(np.linspace(-30.0, 10.0, BEAMS))
    # The sensor's y axis looks ahead; the rotation starts behind and turns clockwise.
    azimuth = -np.pi / 2 - np.arange(azimuths) * (2 * np.pi / azimuths)
    azimuth, elevation = np.repeat(azimuth, BEAMS), np.tile(elevation, azimuths)
    return np.stack([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation),
                     np.sin(elevation)], axis=1).astype(np.float32)


class LidarScanner:
    """Scans one world.

    Args:
        world: the world.
        azimuths: firings per turn.
        rain: whether drops scatter and swallow pulses.
    """

    def __init__(self, world: World, azimuths: int, rain: bool) -> None:
        self._world, self._rain = world, rain
        self._rays = _beam_directions(azimuths)
        self._ring = np.tile(np.arange(BEAMS, dtype=np.float32), azimuths)

    def ego_body(self, time: float) -> Geometry:
        """The ego vehicle's hull, which only the LiDAR sees, at ``time`` (s)."""
        mesh, pose = self._world.ego_mesh, self._world.ego_pose(time)
        placed = mesh.placed(pose[0, 3], pose[1, 3], float(np.arctan2(pose[1, 0], pose[0, 0])))
        return Geometry(placed.triangles, placed.material, np.zeros(len(mesh.material), np.int32))

    def scan(self, snapshot: Snapshot, seed: tuple[int, ...]) -> Scan:
        """Scan the world at the snapshot's moment.

        The same seed gives the same scan in every condition but rain, which adds its own drop-outs
        and near returns to it.

        Args:
            snapshot: the world, with ``ego_body`` in it.
            seed: of range noise and drop-outs.

        Returns:
            The sweep.
        """
        world, table = self._world, self._world.materials
        rng = np.random.default_rng(seed)
        sensor = world.ego_pose(snapshot.time) @ LIDAR.sensor2ego()
        directions = self._rays @ sensor[:3, :3].T.astype(np.float32)
        origins = np.broadcast_to(sensor[:3, 3].astype(np.float32), directions.shape).copy()
        hits = snapshot.cast(origins, directions)
        count = len(directions)
        jitter = rng.standard_normal(count, np.float32) * _RANGE_NOISE
        luck, gain = rng.random(count, np.float32), rng.random(count, np.float32)

        incidence = np.clip(-np.einsum('nc,nc->n', hits.normal, directions), 0, 1)
        reflectivity = self._paint(table.reflectivity[hits.material], hits, origins, directions)
        # Retro-reflectors (plates, signs) return the pulse at any angle.
        lobe = np.where(reflectivity > 0.85, 1.0, np.sqrt(incidence))
        intensity = 255 * reflectivity * lobe * (0.85 + 0.3 * gain)
        strength = reflectivity * lobe * np.minimum(1, (35.0 / np.maximum(hits.distance, 1)) ** 2)
        keep = hits.valid & (hits.distance < MAX_RANGE) & (luck < np.clip(strength * 60, 0, .985))
        distance, label = hits.distance + jitter, table.raw_class[hits.material].copy()
        agent = hits.object_id - world.first_agent
        agent[agent < 0] = -1
        if self._rain:
            weather = np.random.default_rng((*seed, 1))
            fate = weather.random(count, np.float32)
            keep &= fate > 0.04 + 0.10 * (strength < 0.05) + 0.10 * (hits.distance > 45)
            near = weather.exponential(2.5, count).astype(np.float32) + 1.2
            spurious = (weather.random(count, np.float32) < 0.006) & (near < hits.distance)
            distance = np.where(spurious, near, distance)
            intensity = np.where(spurious, 255 * 0.04 * gain, intensity * 0.9)
            label[spurious], agent[spurious] = INDEX['noise'], -1
            keep |= spurious
        rows = np.flatnonzero(keep)
        points = np.concatenate([self._rays[rows] * distance[rows, None],
                                 np.floor(np.clip(intensity[rows], 0, 255))[:, None],
                                 self._ring[rows, None]], axis=1).astype(np.float32)
        return Scan(points, label[rows], agent[rows])

    def _paint(self, reflectivity: np.ndarray, hits: Hits, origins: np.ndarray,
               directions: np.ndarray) -> np.ndarray:
        """Raise the return of painted markings on the carriageway."""
        road = np.flatnonzero(
            self._world.materials.raw_class[hits.material] == INDEX['flat.driveable_surface'])
        road = road[hits.distance[road] < MAX_RANGE]
        points = origins[road] + directions[road] * hits.distance[road, None]
        s, d = self._world.road.to_sd(points[:, 0].astype(float), points[:, 1].astype(float))
        white, yellow = self._world.road.marking(s, d)
        reflectivity[road[white | yellow]] = 0.45
        return reflectivity
