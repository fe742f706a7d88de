"""Procedural textures, evaluated at hit points in object coordinates."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .materials import TEXTURES
from .noise import cell_hash, noise
from .raycast import Hits
from .world import World


@dataclass(frozen=True)
class _Patch:
    """Hit points that share a texture kind.

    Args:
        rows ((K,) int): their rows in ``albedo`` and ``emission``.
        albedo ((N, 3) float32): changed in place.
        emission ((N, 3) float32): changed in place.
        u ((K,) float32): surface coordinate, horizontal (m).
        v ((K,) float32): surface coordinate, vertical on walls (m).
        flat ((K,) bool): whether the surface lies rather than stands.
        local ((K, 3) float32): position in the object frame (m).
        material ((K,) int32): material index.
        objects ((K,) int32): object index.
        footprint ((K,) float32): width of a pixel on the surface (m).
    """

    rows: np.ndarray
    albedo: np.ndarray
    emission: np.ndarray
    u: np.ndarray
    v: np.ndarray
    flat: np.ndarray
    local: np.ndarray
    material: np.ndarray
    objects: np.ndarray
    footprint: np.ndarray


class Texturer:
    """Evaluates colour and emission of hit points.

    Args:
        world: gives materials and streets.
    """

    def __init__(self, world: World) -> None:
        self._world, self._table = world, world.materials
        self._kinds: dict[str, Callable[[_Patch], None]] = {
            'bands': self._bands, 'stripes': self._stripes, 'brick': self._brick,
            'windows': self._windows, 'foliage': self._foliage, 'panels': self._panels,
            'tiles': self._tiles, 'road': self._road, 'grass': self._grass}

    def evaluate(self, points: np.ndarray, hits: Hits, poses: np.ndarray, footprint: np.ndarray
                 ) -> tuple[np.ndarray, np.ndarray]:
        """Evaluate surface colour and night emission.

        Args:
            points ((N, 3) float32): hit positions in the world (m); all rays hit.
            hits: the hits.
            poses ((O, 4) float32): x, y, z, yaw of all objects.
            footprint ((N,) float32): width of a pixel on the surface (m), to fade fine patterns.

        Returns:
            (N, 3) float32 albedo and (N, 3) float32 emission.
        """
        table, material = self._table, hits.material
        pose = poses[hits.object_id]
        cos, sin = np.cos(pose[:, 3]), np.sin(pose[:, 3])
        local = points - pose[:, :3]
        x = cos * local[:, 0] + sin * local[:, 1]
        y = cos * local[:, 1] - sin * local[:, 0]
        local[:, 0], local[:, 1] = x, y
        normal_x = np.abs(cos * hits.normal[:, 0] + sin * hits.normal[:, 1])
        normal_y = np.abs(cos * hits.normal[:, 1] - sin * hits.normal[:, 0])
        flat = np.abs(hits.normal[:, 2]) > 0.75
        u = np.where((normal_x > normal_y) & ~flat, y, x)
        v = np.where(flat, y, local[:, 2])

        albedo, emission = table.color[material], table.emission[material].copy()
        kinds = table.texture[material]
        for index in np.unique(kinds):
            name = TEXTURES[index]
            if name == 'plain':
                continue
            rows = np.flatnonzero(kinds == index)
            self._kinds[name](_Patch(
                rows, albedo, emission, u[rows], v[rows], flat[rows], local[rows], material[rows],
                hits.object_id[rows], footprint[rows]))
        # Brightness noise at two scales: dirt and grain; the grain fades where a pixel is wider.
        grain = noise(local, 37.0) * np.clip(0.12 / footprint, 0, 1)
        texture = 1 + table.roughness[material] * (noise(local, 3.7) + grain)
        emission *= np.clip(1 + 0.35 * noise(local, 3.7), 0.5, 1.5)[:, None]
        return albedo * np.clip(texture, 0.2, 2)[:, None], emission

    def _mix(self, at: _Patch, weight: np.ndarray) -> None:
        """Blend the second colour in with ``weight`` ((K,) float)."""
        second = self._table.color2[at.material]
        at.albedo[at.rows] += (second - at.albedo[at.rows]) * weight[:, None]

    def _fade(self, at: _Patch) -> np.ndarray:
        """Contrast of a pattern whose period nears the pixel's width, (K,) in [0, 1]."""
        return np.clip(self._table.scale[at.material] / at.footprint / 1.5 - 0.7, 0, 1)

    def _stripe(self, at: _Patch, along: np.ndarray) -> None:
        """Alternate the two colours along a coordinate (m)."""
        fade = self._fade(at)
        on = np.mod(along / self._table.scale[at.material], 1) < 0.5
        self._mix(at, on * fade + 0.5 * (1 - fade))

    def _bands(self, at: _Patch) -> None:
        """Horizontal bands."""
        self._stripe(at, at.local[:, 2] + at.flat * at.u)

    def _stripes(self, at: _Patch) -> None:
        """Vertical stripes."""
        self._stripe(at, at.u)

    def _brick(self, at: _Patch) -> None:
        """Bricks in a running bond with joints."""
        scale = self._table.scale[at.material]
        row = np.floor(at.v / (scale * 0.4))
        column = at.u / scale + 0.5 * np.mod(row, 2)
        joint = (np.mod(column, 1) < 0.1) | (np.mod(at.v / (scale * 0.4), 1) < 0.2)
        fade = self._fade(at)
        self._mix(at, joint * fade * 0.8)
        shade = cell_hash(column, row, at.objects)
        at.albedo[at.rows] *= (1 + 0.35 * fade * (shade - 0.5))[:, None]

    def _tiles(self, at: _Patch) -> None:
        """Square slabs of slightly different brightness with joints."""
        scale = self._table.scale[at.material]
        joint = (np.mod(at.u / scale, 1) < 0.06) | (np.mod(at.v / scale, 1) < 0.06)
        fade = self._fade(at)
        self._mix(at, joint * fade)
        shade = cell_hash(at.u / scale, at.v / scale, at.objects)
        at.albedo[at.rows] *= (1 + 0.25 * fade * (shade - 0.5))[:, None]

    def _panels(self, at: _Patch) -> None:
        """Randomly coloured fields: lettering, posters, logos."""
        scale = self._table.scale[at.material]
        shade = cell_hash(at.u / scale, at.v / (0.6 * scale), at.objects)
        self._mix(at, (shade > 0.55) * self._fade(at))

    def _foliage(self, at: _Patch) -> None:
        """Leaves: light and dark clumps at two scales."""
        frequency = 6.0 / self._table.scale[at.material][:, None]
        fine = noise(at.local, 2.7 * frequency) * np.clip(0.25 / at.footprint, 0, 1)
        self._mix(at, np.clip(0.45 + 0.75 * (noise(at.local, frequency) + 0.7 * fine), 0, 1))

    def _grass(self, at: _Patch) -> None:
        """Patches and blades."""
        frequency = 2.4 / self._table.scale[at.material][:, None]
        fine = noise(at.local, 14.0) * np.clip(0.2 / at.footprint, 0, 1)
        self._mix(at, np.clip(0.35 + 0.8 * (noise(at.local, frequency) + 0.6 * fine), 0, 1))

    def _windows(self, at: _Patch) -> None:
        """A facade with rows of windows, some of them lit.

        A facade's emission holds the share of its windows that are lit.
        """
        column, row = at.u / self._table.scale[at.material], at.v / 3.1
        inside = (np.abs(np.mod(column, 1) - 0.5) < 0.3) & (np.abs(np.mod(row, 1) - 0.55) < 0.28)
        pane = inside & ~at.flat
        shade = cell_hash(column, row, at.objects)
        fade = np.clip(1.5 / at.footprint - 0.7, 0, 1)
        self._mix(at, np.where(at.flat, 0, pane * fade + 0.3 * (1 - fade)))
        at.albedo[at.rows] *= (1 + pane * (shade - 0.5))[:, None]
        share = at.emission[at.rows, 0]
        warmth = shade / np.maximum(share, 1e-3)
        tint = np.stack([np.ones_like(shade), 0.6 + 0.4 * warmth, 0.25 + 0.6 * warmth], axis=1)
        at.emission[at.rows] = np.clip(tint, 0, 1) * ((pane & (shade < share)) * 0.35)[:, None]

    def _road(self, at: _Patch) -> None:
        """Asphalt with wheel tracks, patches and painted markings."""
        road = self._world.road
        s, d = road.to_sd(at.local[:, 0].astype(np.float64), at.local[:, 1].astype(np.float64))
        white, yellow = road.marking(s, d)
        tracks = np.cos((np.abs(d) - road.median) / road.lane_width * 4 * np.pi)
        patch = cell_hash(s / 7, d / 2.9, np.full(len(s), int(road.lane_width * 1e6)))
        tone = 1 + 0.07 * tracks + 0.35 * (patch < 0.12) * (patch * 16 - 1)
        at.albedo[at.rows] *= tone[:, None].astype(np.float32)
        worn = np.clip(0.85 + 0.35 * noise(at.local, 5.0), 0.35, 1)[:, None]
        for mask, paint in ((white, (.62, .62, .6)), (yellow, (.55, .36, .05))):
            on = np.flatnonzero(mask)
            rows = at.rows[on]
            at.albedo[rows] += (np.asarray(paint, np.float32) - at.albedo[rows]) * worn[on]
