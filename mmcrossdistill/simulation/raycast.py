"""Ray casting with Embree against still and moving geometry."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene

from .world import Geometry, World

NO_HIT = 1e30


@dataclass(frozen=True)
class Hits:
    """First hits of N rays; rows without a hit have ``distance`` above ``NO_HIT``.

    Args:
        distance ((N,) float32): along the ray (m).
        normal ((N, 3) float32): unit, towards the ray's origin.
        material ((N,) int32): material index.
        object_id ((N,) int32): object index.
    """

    distance: np.ndarray
    normal: np.ndarray
    material: np.ndarray
    object_id: np.ndarray

    @property
    def valid(self) -> np.ndarray:
        """(N,) bool: whether the ray hit anything."""
        return self.distance < NO_HIT


class StillScene:
    """The acceleration structure of the geometry that never moves.

    Args:
        geometry: triangles with materials and objects.
    """

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry
        edges = geometry.triangles[:, 1:] - geometry.triangles[:, :1]
        normal = np.cross(edges[:, 0], edges[:, 1])
        length = np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        self.normals = (normal / length).astype(np.float32)
        self.empty = len(geometry.material) == 0
        if not self.empty:
            self.scene = EmbreeScene()
            TriangleMesh(self.scene, np.ascontiguousarray(geometry.triangles, np.float32))


class Snapshot:
    """The world at one moment.

    Args:
        world: the world.
        still: its still geometry, shared between moments.
        time: since the scene's start (s).
        extra: more geometry for this moment only (the ego body, for the LiDAR).
    """

    def __init__(self, world: World, still: StillScene, time: float,
                 extra: Geometry | None = None) -> None:
        self.world, self.time = world, time
        moving, self.poses = world.moving(time)
        if extra is not None:
            moving = Geometry(*(np.concatenate([getattr(moving, name), getattr(extra, name)])
                                for name in ('triangles', 'material', 'object_id')))
        self._layers = [layer for layer in (still, StillScene(moving)) if not layer.empty]

    def cast(self, origins: np.ndarray, directions: np.ndarray) -> Hits:
        """Find the first hit of each ray.

        Args:
            origins ((N, 3) float32): world positions (m).
            directions ((N, 3) float32): unit vectors.

        Returns:
            The hits.
        """
        count = len(origins)
        distance = np.full(count, 3e30, np.float32)
        normal = np.zeros((count, 3), np.float32)
        material, object_id = np.zeros(count, np.int32), np.zeros(count, np.int32)
        for layer in self._layers:
            # A copy, because Embree writes the hits' distances into the array of limits.
            result = layer.scene.run(origins, directions, output=1, dists=distance.copy())
            rows = np.flatnonzero((result['primID'] >= 0) & (result['tfar'] < distance))
            face = result['primID'][rows]
            distance[rows] = result['tfar'][rows]
            normal[rows] = layer.normals[face]
            material[rows] = layer.geometry.material[face]
            object_id[rows] = layer.geometry.object_id[face]
        away = np.einsum('nc,nc->n', normal, directions) > 0
        normal[away] *= -1
        return Hits(distance, normal, material, object_id)

    def occluded(self, origins: np.ndarray, directions: np.ndarray,
                 reach: np.ndarray | float) -> np.ndarray:
        """Test whether anything blocks each ray.

        Args:
            origins ((N, 3) float32): world positions (m).
            directions ((N, 3) float32): unit vectors.
            reach ((N,) float or float): length of the ray (m).

        Returns:
            (N,) bool.
        """
        reach = np.broadcast_to(np.asarray(reach, np.float32), len(origins))
        blocked = np.zeros(len(origins), bool)
        for layer in self._layers:
            blocked |= layer.scene.run(origins, directions, dists=reach.copy(),
                                       query='OCCLUDED') >= 0
        return blocked
