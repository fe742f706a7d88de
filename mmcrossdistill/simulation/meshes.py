"""Composite meshes out of trimesh primitives, with one material per triangle."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import trimesh


@dataclass(frozen=True)
class Mesh:
    """A triangle soup with materials.

    Args:
        triangles ((F, 3, 3) float32): corner positions (m).
        material ((F,) int32): material index of each triangle.
    """

    triangles: np.ndarray
    material: np.ndarray

    def placed(self, x: float, y: float, yaw: float, z: float = 0.0) -> Mesh:
        """Rotate about the vertical axis, then translate.

        Args:
            x: east (m).
            y: north (m).
            yaw: rotation (rad).
            z: up (m).

        Returns:
            The moved mesh.
        """
        rotation = yaw_matrix(yaw)
        moved = self.triangles @ rotation.T + np.array([x, y, z], np.float32)
        return Mesh(moved.astype(np.float32), self.material)

    @cached_property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the two (3,) corners of the axis-aligned box."""
        corners = self.triangles.reshape(-1, 3)
        return corners.min(axis=0), corners.max(axis=0)


def yaw_matrix(yaw: float) -> np.ndarray:
    """Return the (3, 3) float32 rotation about the vertical axis by ``yaw`` (rad)."""
    cos, sin = np.cos(yaw), np.sin(yaw)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]], np.float32)


def concatenate(meshes: Iterable[Mesh]) -> Mesh:
    """Join meshes into one."""
    meshes = list(meshes)
    if not meshes:
        return Mesh(np.zeros((0, 3, 3), np.float32), np.zeros(0, np.int32))
    return Mesh(np.concatenate([mesh.triangles for mesh in meshes]),
                np.concatenate([mesh.material for mesh in meshes]))


@lru_cache(maxsize=32)
def _unit(kind: str, detail: int) -> np.ndarray:
    """Triangles of a primitive that fills the cube [-0.5, 0.5]^3.

    Args:
        kind: 'box', 'cylinder', 'cone' or 'sphere'; 'tube' is a cylinder without its ends, 'disc'
            its upper end alone, 'quad' the face of a box that looks along +x.
        detail: sections of a cylinder or cone, subdivisions of a sphere.

    Returns:
        (F, 3, 3) float32.
    """
    if kind in ('box', 'quad'):
        mesh = trimesh.creation.box()
        if kind == 'quad':
            mesh.update_faces(mesh.face_normals[:, 0] > 0.9)
    elif kind in ('cylinder', 'tube', 'disc'):
        mesh = trimesh.creation.cylinder(radius=0.5, height=1.0, sections=detail)
        if kind != 'cylinder':
            upward = mesh.face_normals[:, 2]
            mesh.update_faces(np.abs(upward) < 0.1 if kind == 'tube' else upward > 0.9)
    elif kind == 'cone':
        mesh = trimesh.creation.cone(radius=0.5, height=1.0, sections=detail)
        mesh.apply_translation((0, 0, -0.5))
    else:
        mesh = trimesh.creation.icosphere(subdivisions=detail, radius=0.5)
    return np.asarray(mesh.triangles, np.float32)


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross product of two vectors; NumPy's takes twenty times as long for so few numbers."""
    (x, y, z), (u, v, w) = a.tolist(), b.tolist()
    return np.array([y * w - z * v, z * u - x * w, x * v - y * u])


class MeshBuilder:
    """Collects parts in the frame of one object (x forward, y left, z up)."""

    def __init__(self) -> None:
        self._parts: list[tuple[np.ndarray, int]] = []

    def _add(self, unit: np.ndarray, center: Sequence[float], size: Sequence[float],
             material: int, rotation: np.ndarray | None) -> None:
        """Add a primitive: scale, rotate, translate."""
        triangles = unit * np.asarray(size, np.float32)
        if rotation is not None:
            triangles = triangles @ rotation.T.astype(np.float32)
        self._parts.append((triangles + np.asarray(center, np.float32), material))

    def box(self, center: Sequence[float], size: Sequence[float], material: int,
            rotation: np.ndarray | None = None) -> None:
        """Add a box.

        Args:
            center ((3,) float): position (m).
            size ((3,) float): extent (m).
            material: material index.
            rotation ((3, 3) float): applied before the translation.
        """
        self._add(_unit('box', 0), center, size, material, rotation)

    def cylinder(self, center: Sequence[float], size: Sequence[float], material: int,
                 rotation: np.ndarray | None = None, sections: int = 10) -> None:
        """Add an upright cylinder that fills ``size``; see ``box`` for the arguments."""
        self._add(_unit('cylinder', sections), center, size, material, rotation)

    def cone(self, center: Sequence[float], size: Sequence[float], material: int,
             sections: int = 10) -> None:
        """Add an upright cone that fills ``size``; see ``box`` for the arguments."""
        self._add(_unit('cone', sections), center, size, material, None)

    def sphere(self, center: Sequence[float], size: Sequence[float], material: int,
               detail: int = 1, rough: np.random.Generator | None = None,
               amount: float = 0.15) -> None:
        """Add an ellipsoid, its surface displaced by noise when ``rough`` is given.

        Args:
            center ((3,) float): position (m).
            size ((3,) float): extent (m).
            material: material index.
            detail: subdivisions.
            rough: random state of the displacement.
            amount: relative displacement.
        """
        unit = _unit('sphere', detail)
        if rough is not None:
            phase = rough.uniform(0, 6.28, 3)
            wave = np.sin(unit @ rough.normal(0, 9, (3, 3)) + phase).sum(axis=-1, keepdims=True)
            unit = unit * (1 + amount * wave / 2)
        self._add(unit.astype(np.float32), center, size, material, None)

    def quad(self, center: Sequence[float], size: Sequence[float], material: int) -> None:
        """Add a rectangle across x.

        Args:
            center ((3,) float): position (m).
            size ((2,) float): extent along y and z (m).
            material: material index.
        """
        self._add(_unit('quad', 0), (center[0] - .5, *center[1:]), (1.0, *size), material, None)

    def wheel(self, center: Sequence[float], radius: float, thickness: float, tyre: int,
              hub: int) -> None:
        """Add a wheel that rolls along x, without its inner face.

        Args:
            center ((3,) float): position (m); the sign of y tells the outer side.
            radius (> 0): of the tyre (m).
            thickness (> 0): along y (m).
            tyre: material index.
            hub: material index.
        """
        side = 1 if center[1] > 0 else -1
        turn = np.array([[1, 0, 0], [0, 0, side], [0, -side, 0]], np.float32)  # z -> outwards
        size = (2 * radius, 2 * radius, thickness)
        self._add(_unit('tube', 9), center, size, tyre, turn)
        self._add(_unit('disc', 9), center, size, tyre, turn)
        outer = (center[0], center[1] + side * 0.015, center[2])
        self._add(_unit('disc', 6), outer, (radius, radius, thickness), hub, turn)

    def limb(self, start: Sequence[float], end: Sequence[float], width: float, material: int,
             sections: int = 6) -> None:
        """Add a tube between two points; its ends are open, as other parts hide them.

        Args:
            start ((3,) float): one end (m).
            end ((3,) float): other end (m).
            width (> 0): diameter (m).
            material: material index.
            sections: corners of the cross-section.
        """
        start, end = np.asarray(start, float), np.asarray(end, float)
        length = np.linalg.norm(end - start)
        axis = (end - start) / length
        helper = np.array([1.0, 0, 0]) if abs(axis[2]) > 0.9 else np.array([0, 0, 1.0])
        side = _cross(helper, axis)
        side /= np.linalg.norm(side)
        rotation = np.stack([side, _cross(axis, side), axis], axis=1)
        self._add(_unit('tube', sections), (start + end) / 2, (width, width, length), material,
                  rotation)

    def extrude(self, profile: Sequence[Sequence[float]], width: float, material: int,
                top_scale: float = 1.0, offset: float = 0.0) -> None:
        """Extrude a convex side profile (x, z) across y, narrowing with height.

        Args:
            profile ((P, 2) float): convex polygon, counter-clockwise seen from -y (m).
            width (> 0): extent across y at the lowest point (m).
            material: material index of the hull.
            top_scale (> 0): width at the highest point relative to the lowest.
            offset: y of the middle (m).
        """
        profile = np.asarray(profile, np.float32)
        x, z = profile.T
        rise = (z - z.min()) / max(float(np.ptp(z)), 1e-6)
        half = width / 2 * (1 + (top_scale - 1) * rise)
        left, right = np.stack([x, offset + half, z], 1), np.stack([x, offset - half, z], 1)
        fan = np.arange(1, len(profile) - 1)
        zero = np.zeros_like(fan)
        sides = np.concatenate([right[np.stack([zero, fan, fan + 1], 1)],
                                left[np.stack([zero, fan + 1, fan], 1)]])
        here, there = np.arange(len(profile)), np.roll(np.arange(len(profile)), -1)
        hull = np.concatenate([np.stack([right[here], left[here], left[there]], 1),
                               np.stack([right[here], left[there], right[there]], 1)])
        self._parts.append((np.concatenate([sides, hull]), material))

    def build(self) -> Mesh:
        """Return all parts as one mesh."""
        return Mesh(
            np.concatenate([triangles for triangles, _ in self._parts]).astype(np.float32),
            np.concatenate([np.full(len(triangles), material, np.int32)
                            for triangles, material in self._parts]))
