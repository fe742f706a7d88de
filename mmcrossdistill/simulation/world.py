"""One procedural world: its still geometry, its agents, its lights and the ego's way through it."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .agents import Agent, Motion
from .layout import StreetLayout
from .materials import MaterialArrays, MaterialTable
from .meshes import Mesh, MeshBuilder
from .road import Road, random_road
from .traffic import Traffic


@dataclass(frozen=True)
class Geometry:
    """Triangles with the material and the object of each.

    Args:
        triangles ((F, 3, 3) float32): corners in the world (m).
        material ((F,) int32): material index.
        object_id ((F,) int32): row of the world's object poses.
    """

    triangles: np.ndarray
    material: np.ndarray
    object_id: np.ndarray


@dataclass(frozen=True)
class World:
    """Everything a renderer and an annotator need.

    Args:
        road: the streets.
        materials: all surfaces.
        still: geometry that never moves, standing agents included.
        agents: annotated objects; agent i is object ``first_agent + i``.
        first_agent: object id of the first agent.
        poses ((O, 4) float32): x, y, z, yaw of every object at time zero.
        lamps ((L, 3) float32): positions of the street lights (m).
        ego: the ego vehicle's motion.
        ego_mesh: its body, seen by the LiDAR only.
    """

    road: Road
    materials: MaterialArrays
    still: Geometry
    agents: tuple[Agent, ...]
    first_agent: int
    poses: np.ndarray
    lamps: np.ndarray
    ego: Motion
    ego_mesh: Mesh

    def agent_poses(self, time: float) -> np.ndarray:
        """Poses of all agents.

        Args:
            time: since the scene's start (s).

        Returns:
            (A, 4) float64: x, y, z (m) and yaw (rad).
        """
        rows = []
        for agent in self.agents:
            x, y, yaw = agent.motion.pose(self.road, time)
            rows.append((x, y, agent.height, yaw))
        return np.array(rows).reshape(-1, 4)

    def moving(self, time: float) -> tuple[Geometry, np.ndarray]:
        """Geometry of the moving agents at one moment.

        Args:
            time: since the scene's start (s).

        Returns:
            The geometry, and (O, 4) float32 poses of all objects at this moment.
        """
        poses = self.poses.copy()
        meshes, ids = [], []
        for index, agent in enumerate(self.agents):
            if agent.moves:
                x, y, yaw = agent.motion.pose(self.road, time)
                poses[self.first_agent + index] = x, y, agent.height, yaw
                meshes.append(agent.mesh.placed(x, y, yaw, agent.height))
                ids.append(self.first_agent + index)
        return _join(meshes, ids), poses

    def ego_pose(self, time: float) -> np.ndarray:
        """The ego frame (on the ground below the rear axle) in the world.

        Args:
            time: since the scene's start (s).

        Returns:
            (4, 4) float64 ``ego2world``.
        """
        x, y, yaw = self.ego.pose(self.road, time)
        cos, sin = np.cos(yaw), np.sin(yaw)
        return np.array([[cos, -sin, 0, x], [sin, cos, 0, y], [0, 0, 1, 0], [0, 0, 0, 1.0]])


def _join(meshes: list[Mesh], ids: list[int]) -> Geometry:
    """Concatenate meshes and remember which object each triangle belongs to."""
    if not meshes:
        return Geometry(np.zeros((0, 3, 3), np.float32), np.zeros(0, np.int32),
                        np.zeros(0, np.int32))
    counts = [len(mesh.material) for mesh in meshes]
    return Geometry(np.concatenate([mesh.triangles for mesh in meshes]),
                    np.concatenate([mesh.material for mesh in meshes]),
                    np.repeat(np.array(ids, np.int32), counts))


def _ego_mesh(table: MaterialTable) -> Mesh:
    """A plain hull around the sensors' mounts, in the ego frame."""
    paint = table.add('vehicle.ego', (.6, .6, .6), reflectivity=0.3)
    parts = MeshBuilder()
    parts.extrude([(-.75, .3), (3.2, .3), (3.2, .75), (2.3, .95), (-.75, 1.0)], 1.7, paint)
    parts.extrude([(-.6, .9), (2.4, .9), (1.5, 1.45), (-.3, 1.45)], 1.5, paint, .85)
    return parts.build()


def build_world(seed: int) -> World:
    """Build a world; the same seed gives the same world.

    Args:
        seed (>= 0): world seed.

    Returns:
        The world.
    """
    rng = np.random.default_rng(seed)
    table, road = MaterialTable(), random_road(rng)
    go = not np.isfinite(road.cross_s) or bool(rng.random() < .75)
    layout = StreetLayout(road, table, rng, go)
    traffic = Traffic(road, table, rng, go, layout.plaza)
    ego_mesh = _ego_mesh(table)
    first = len(layout.placed)
    poses = [(item.x, item.y, item.z, item.yaw) for item in layout.placed]
    meshes = [item.mesh.placed(item.x, item.y, item.yaw, item.z) for item in layout.placed]
    ids = list(range(first))
    for index, agent in enumerate(traffic.agents):
        x, y, yaw = agent.motion.pose(road, 0.0)
        poses.append((x, y, agent.height, yaw))
        if not agent.moves:
            meshes.append(agent.mesh.placed(x, y, yaw, agent.height))
            ids.append(first + index)
    return World(road, table.arrays(), _join(meshes, ids), tuple(traffic.agents), first,
                 np.array(poses, np.float32), np.array(layout.lamps, np.float32), traffic.ego,
                 ego_mesh)
