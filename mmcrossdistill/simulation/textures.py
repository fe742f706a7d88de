"""Procedural textures, evaluated at hit points in object coordinates."""
from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from .materials import TEXTURES
from .raycast import Hits
from .world import World

_PERIOD = 64  # of the noise tile (cells)


@lru_cache(maxsize=1)
def _noise_tile() -> np.ndarray:
    """A periodic, smooth 3D noise of zero mean and about unit range, (64^3,) float32."""
    rng = np.random.default_rng(20240501)
    spectrum = np.fft.rfftn(rng.standard_normal((_PERIOD,) * 3))
    k = [np.fft.fftfreq(_PERIOD) * _PERIOD] * 2 + [np.fft.rfftfreq(_PERIOD) * _PERIOD]
    radius = np.sqrt(sum(axis ** 2 for axis in np.meshgrid(*k, indexing='ij')))
    tile = np.fft.irfftn(spectrum * np.exp(-(radius / 9.0) ** 2), s=(_PERIOD,) * 3)
    return (tile / (3 * tile.std())).astype(np.float32).reshape(-1)


def noise(points: np.ndarray, cells_per_metre: np.ndarray | float) -> np.ndarray:
    """Look smooth noise up.

    Args:
        points ((N, 3) float32): positions (m).
        cells_per_metre ((N, 1) float or float): frequency.

    Returns:
        (N,) float32, mostly within -1 to 1.
    """
    cell = np.floor(points * cells_per_metre).astype(np.int32) & (_PERIOD - 1)
    return _noise_tile()[(cell[:, 0] * _PERIOD + cell[:, 1]) * _PERIOD + cell[:, 2]]


def cell_hash(a: np.ndarray, b: np.ndarray, salt: np.ndarray) -> np.ndarray:
    """Hash integer cells to (N,) float32 in [0, 1); all arguments are (N,) int."""
    value = (a.astype(np.uint32) * np.uint32(73856093)) ^ (b.astype(np.uint32) * np.uint32(
        19349663)) ^ (salt.astype(np.uint32) * np.uint32(83492791))
    value = (value ^ (value >> np.uint32(13))) * np.uint32(1274126177)
    return ((value >> np.uint32(8)) & np.uint32(0xFFFF)).astype(np.float32) / 65536


class Texturer:
    """Evaluates colour and emission of hit points.

    Args:
        world: gives materials and streets.
    """

    def __init__(self, world: World) -> None:
        self._world, self._table = world, world.materials
        self._kinds: dict[str, Callable] = {
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
            self._kinds[name](rows, albedo, emission, u[rows], v[rows], flat[rows], local[rows],
                              material[rows], hits.object_id[rows], footprint[rows])
        # Brightness noise at two scales: dirt and grain; the grain fades where a pixel is wider.
        grain = noise(local, 37.0) * np.clip(0.12 / footprint, 0, 1)
        texture = 1 + table.roughness[material] * (noise(local, 3.7) + grain)
        return albedo * np.clip(texture, 0.2, 2)[:, None], emission

    def _mix(self, rows: np.ndarray, albedo: np.ndarray, material: np.ndarray,
             weight: np.ndarray) -> None:
        """Blend the second colour in with ``weight`` ((K,) float)."""
        albedo[rows] += (self._table.color2[material] - albedo[rows]) * weight[:, None]

    def _fade(self, material: np.ndarray, footprint: np.ndarray) -> np.ndarray:
        """Contrast of a pattern whose period nears the pixel's width, (K,) in [0, 1]."""
        return np.clip(self._table.scale[material] / footprint / 1.5 - 0.7, 0, 1)

    def _stripe(self, rows, albedo, along, material, footprint) -> None:
        fade = self._fade(material, footprint)
        on = np.mod(along / self._table.scale[material], 1) < 0.5
        self._mix(rows, albedo, material, on * fade + 0.5 * (1 - fade))

    def _bands(self, rows, albedo, emission, u, v, flat, local, material, objects, footprint):
        self._stripe(rows, albedo, local[:, 2] + flat * u, material, footprint)

    def _stripes(self, rows, albedo, emission, u, v, flat, local, material, objects, footprint):
        self._stripe(rows, albedo, u, material, footprint)

    def _brick(self, rows, albedo, emission, u, v, flat, local, material, objects, footprint):
        scale = self._table.scale[material]
        row = np.floor(v / (scale * 0.4))
        column = u / scale + 0.5 * np.mod(row, 2)
        joint = (np.mod(column, 1) < 0.1) | (np.mod(v / (scale * 0.4), 1) < 0.2)
        fade = self._fade(material, footprint)
        shade = cell_hash(np.floor(column).astype(np.int64), row.astype(np.int64), objects)
        self._mix(rows, albedo, material, joint * fade * 0.8)
        albedo[rows] *= (1 + 0.35 * fade * (shade - 0.5))[:, None]

    def _tiles(self, rows, albedo, emission, u, v, flat, local, material, objects, footprint):
        scale = self._table.scale[material]
        joint = (np.mod(u / scale, 1) < 0.06) | (np.mod(v / scale, 1) < 0.06)
        shade = cell_hash(np.floor(u / scale).astype(np.int64),
                          np.floor(v / scale).astype(np.int64), objects)
        fade = self._fade(material, footprint)
        self._mix(rows, albedo, material, joint * fade)
        albedo[rows] *= (1 + 0.25 * fade * (shade - 0.5))[:, None]

    def _panels(self, rows, albedo, emission, u, v, flat, local, material, objects, footprint):
        scale = self._table.scale[material]
        shade = cell_hash(np.floor(u / scale).astype(np.int64),
                          np.floor(v / (0.6 * scale)).astype(np.int64), objects)
        self._mix(rows, albedo, material, (shade > 0.55) * self._fade(material, footprint))

    def _foliage(self, rows, albedo, emission, u, v, flat, local, material, objects, footprint):
        frequency = 6.0 / self._table.scale[material][:, None]
        leaves = noise(local, frequency) + 0.7 * noise(local, 2.7 * frequency) * np.clip(
            0.25 / footprint, 0, 1)
        self._mix(rows, albedo, material, np.clip(0.45 + 0.75 * leaves, 0, 1))

    def _grass(self, rows, albedo, emission, u, v, flat, local, material, objects, footprint):
        frequency = 2.4 / self._table.scale[material][:, None]
        patches = noise(local, frequency) + 0.6 * noise(local, 14.0) * np.clip(
            0.2 / footprint, 0, 1)
        self._mix(rows, albedo, material, np.clip(0.35 + 0.8 * patches, 0, 1))

    def _windows(self, rows, albedo, emission, u, v, flat, local, material, objects, footprint):
        width = self._table.scale[material]
        column, row = u / width, v / 3.1
        inside = (np.abs(np.mod(column, 1) - 0.5) < 0.3) & (np.abs(np.mod(row, 1) - 0.55) < 0.28)
        pane = inside & ~flat
        shade = cell_hash(np.floor(column).astype(np.int64), np.floor(row).astype(np.int64),
                          objects)
        fade = np.clip(1.5 / footprint - 0.7, 0, 1)
        self._mix(rows, albedo, material, np.where(flat, 0, pane * fade + 0.3 * (1 - fade)))
        albedo[rows] *= (1 + pane * (shade - 0.5))[:, None]
        share = emission[rows, :1]  # a facade's emission is its share of lit windows, tinted
        lit = pane & (shade * 1.0 < share[:, 0])
        tint = np.stack([np.ones_like(shade), 0.6 + 0.4 * shade / np.maximum(share[:, 0], 1e-3),
                         0.25 + 0.6 * shade / np.maximum(share[:, 0], 1e-3)], 1)
        emission[rows] = np.clip(tint, 0, 1) * (lit * 0.35)[:, None]

    def _road(self, rows, albedo, emission, u, v, flat, local, material, objects, footprint):
        road = self._world.road
        s, d = road.to_sd(local[:, 0].astype(np.float64), local[:, 1].astype(np.float64))
        white, yellow = road.marking(s, d)
        offset = np.abs(d)
        tracks = np.cos((offset - road.median) / road.lane_width * 4 * np.pi)
        patch = cell_hash(np.floor(s / 7).astype(np.int64), np.floor(d / 2.9).astype(np.int64),
                          np.full(len(s), int(road.lane_width * 1e6)))
        tone = 1 + 0.07 * tracks + 0.35 * (patch < 0.12) * (patch * 16 - 1)
        albedo[rows] *= tone[:, None].astype(np.float32)
        worn = np.clip(0.85 + 0.35 * noise(local, 5.0), 0.35, 1)[:, None]
        for mask, paint in ((white, (.62, .62, .6)), (yellow, (.55, .36, .05))):
            on = np.flatnonzero(mask)
            paint = np.asarray(paint, np.float32)
            albedo[rows[on]] += (paint - albedo[rows[on]]) * worn[on]
