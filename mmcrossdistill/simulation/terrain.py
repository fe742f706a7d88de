"""The ground as a mesh: carriageway, sidewalks with kerbs, islands, verges and terrain."""
from __future__ import annotations

import numpy as np

from .materials import MaterialTable
from .meshes import Mesh
from .road import KERB, Road

REACH_S, REACH_D = 260.0, 220.0  # extent of the ground from the origin (m)


def _breaks(edges: list[float], reach: float, fine: float, step: float) -> np.ndarray:
    """Grid lines that contain all edges: fine steps near the middle, coarse ones outside.

    Args:
        edges: positions that must be grid lines (m).
        reach: half extent (m).
        fine: half extent of the finely divided part (m).
        step: its step (m).

    Returns:
        (K,) float64, ascending.
    """
    near = np.arange(-fine, fine + step, step)
    far = np.geomspace(fine + 2 * step, reach, 6)
    grid = np.concatenate([near, far, -far])
    edges = np.array([edge for edge in edges if np.isfinite(edge)])
    if len(edges):
        grid = grid[np.abs(grid[:, None] - edges).min(axis=1) > 0.4]
    return np.unique(np.round(np.concatenate([grid, edges]), 4))


def ground_materials(table: MaterialTable, rng: np.random.Generator) -> dict[str, list[int]]:
    """Add this world's ground materials.

    Returns:
        'road', 'sidewalk', 'other' and 'terrain', each a list of material indices (one per side
        of the road for the last three).
    """
    def grey(low: float, high: float, warm: float = 0.0) -> np.ndarray:
        value = rng.uniform(low, high)
        return np.array([value * (1 + warm), value, value * (1 - warm)])

    road = table.add('flat.driveable_surface', grey(.05, .20, rng.uniform(-.06, .12)), None, 'road',
                     1.0, .3, reflectivity=rng.uniform(.06, .14))
    sidewalk, other, land = [], [], []
    for _ in range(2):
        tone = grey(.16, .42, rng.uniform(-.05, .25))
        if rng.random() < .25:
            tone = np.array((.30, .14, .10)) * rng.uniform(.7, 1.2)
        sidewalk.append(table.add('flat.sidewalk', tone, tone * .75,
                                  rng.choice(['tiles', 'tiles', 'brick', 'plain']),
                                  rng.uniform(.5, 1.6), .25, reflectivity=rng.uniform(.16, .3)))
        other.append(table.add('flat.other', grey(.12, .4, rng.uniform(-.05, .2)), None,
                               rng.choice(['plain', 'tiles', 'bands']), rng.uniform(1.5, 4.), .25,
                               reflectivity=rng.uniform(.1, .25)))
        kind = rng.choice(4, p=[.45, .2, .15, .2])
        color = np.array([(.10, .17, .04), (.22, .20, .08), (.20, .14, .085), (.06, .11, .035)])[
            kind] * rng.uniform(.75, 1.3)
        # Plants are several times brighter at the LiDAR's 905 nm than to the eye; bare soil is not.
        infrared = rng.uniform(.25, .38) if kind == 2 else rng.uniform(.36, .6)
        land.append(table.add('flat.terrain', color, color * rng.uniform(.45, .75), 'grass',
                              rng.uniform(.5, 1.5), .5, reflectivity=infrared))
    return {'road': [road], 'sidewalk': sidewalk, 'other': other, 'terrain': land}


def ground_mesh(road: Road, materials: dict[str, list[int]], plaza: tuple[float, float],
                rng: np.random.Generator) -> Mesh:
    """Build the ground.

    Args:
        road: the streets.
        materials: from ``ground_materials``.
        plaza ((2,) float): depth of the paved frontage behind each sidewalk (right, left; m).
        rng: random state of the terrain's height.

    Returns:
        The mesh, cells split into triangles, with vertical skirts where cells step down.
    """
    gap = [road.cross_s + sign * (road.cross_half + extra)
           for sign in (-1, 1) for extra in (0, road.sidewalk, road.sidewalk + 1.5)]
    s_lines = _breaks(gap, REACH_S, 130, 6.0)
    offsets = [road.median, road.half, road.half + road.verge, road.frontage]
    plaza_edges = [-(road.frontage + plaza[0]), road.frontage + plaza[1]]
    d_lines = _breaks([sign * v for v in offsets for sign in (-1, 1)] + plaza_edges,
                      REACH_D, 60, 4.0)
    s_mid, d_mid = np.meshgrid((s_lines[1:] + s_lines[:-1]) / 2, (d_lines[1:] + d_lines[:-1]) / 2,
                               indexing='ij')
    left = (d_mid > 0).astype(int)
    is_road, is_walk = road.is_road(s_mid, d_mid), road.is_sidewalk(s_mid, d_mid)
    paved = np.abs(d_mid) < road.frontage + np.asarray(plaza)[left]
    material = np.asarray(materials['terrain'])[left]
    material = np.where(paved & (np.abs(d_mid) > road.frontage),
                        np.asarray(materials['other'])[left], material)
    material = np.where(np.abs(d_mid) < road.median, materials['other'][0], material)
    material = np.where(is_walk, np.asarray(materials['sidewalk'])[left], material)
    material = np.where(is_road, materials['road'][0], material)

    base = np.where(is_road, 0.0, KERB)
    phase = rng.uniform(0, 6.28, 2)
    hill = rng.uniform(0.3, 1.8)

    def height(s: np.ndarray, d: np.ndarray) -> np.ndarray:
        rise = np.clip((np.abs(d) - road.frontage - 14) / 40, 0, 1)
        clear = np.clip((np.abs(s - road.cross_s) - road.cross_half - 6) / 25, 0, 1)
        return hill * rise * clear * (1 + np.sin(s / 23 + phase[0]) * np.sin(d / 19 + phase[1]))

    s_low, d_low = np.meshgrid(s_lines[:-1], d_lines[:-1], indexing='ij')
    s_high, d_high = np.meshgrid(s_lines[1:], d_lines[1:], indexing='ij')
    corners = []
    for s, d in ((s_low, d_low), (s_high, d_low), (s_high, d_high), (s_low, d_high)):
        x, y = road.to_xy(s, d)
        corners.append(np.stack([x, y, base + height(s, d)], axis=-1).reshape(-1, 3))
    a, b, c, e = corners
    beside = np.zeros_like(is_road)  # only cells next to the carriageway show a kerb
    beside[1:] |= is_road[:-1]
    beside[:-1] |= is_road[1:]
    beside[:, 1:] |= is_road[:, :-1]
    beside[:, :-1] |= is_road[:, 1:]
    raised = (beside & ~is_road).reshape(-1)
    triangles = [np.stack([a, b, c], 1), np.stack([a, c, e], 1)]
    labels = [material.reshape(-1)] * 2
    drop = np.array([0, 0, 2 * KERB])
    for start, end in ((a, b), (b, c), (c, e), (e, a)):
        start, end = start[raised], end[raised]
        triangles += [np.stack([start, start - drop, end], 1),
                      np.stack([end, start - drop, end - drop], 1)]
        labels += [material.reshape(-1)[raised]] * 2
    return Mesh(np.concatenate(triangles).astype(np.float32),
                np.concatenate(labels).astype(np.int32))
