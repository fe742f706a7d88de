"""Composite meshes of pedestrians and of two-wheelers with their riders.

The object frame is that of ``vehicles.py``: x forward, y left, z up, origin on the ground.
"""
from __future__ import annotations

import numpy as np

from .materials import MaterialTable, random_paint
from .meshes import Mesh, MeshBuilder

_AXLE = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32)
_SKIN = np.array([(.55, .36, .26), (.38, .22, .14), (.20, .11, .07), (.10, .06, .04)])


def _clothes(table: MaterialTable, category: str, rng: np.random.Generator) -> int:
    """Add a garment of random colour and pattern."""
    return table.add(category, random_paint(rng), random_paint(rng),
                     rng.choice(['plain', 'plain', 'bands', 'tiles']), scale=rng.uniform(.1, .4),
                     roughness=0.3, reflectivity=rng.uniform(.08, .4))


def _skin(table: MaterialTable, category: str, rng: np.random.Generator) -> int:
    """Add a skin colour."""
    return table.add(category, _SKIN[rng.integers(4)] * rng.uniform(.85, 1.15), reflectivity=0.2)


def _head(parts: MeshBuilder, table: MaterialTable, category: str, rng: np.random.Generator,
          position: tuple[float, float, float], scale: float, helmet: bool) -> None:
    """Add a head with hair or a helmet."""
    x, y, z = position
    parts.sphere((x, y, z), (.2 * scale, .17 * scale, .25 * scale), _skin(table, category, rng))
    color = random_paint(rng) if helmet else rng.choice([.02, .06, .15, .3]) * np.ones(3)
    top = table.add(category, color, roughness=0.1, gloss=0.08 if helmet else 0.0)
    size = .29 if helmet else .22
    parts.sphere((x - .02, y, z + .05 * scale), np.array((size, size * .9, size)) * scale, top)


def pedestrian(table: MaterialTable, rng: np.random.Generator, category: str,
               walking: bool) -> Mesh:
    """Build an adult, a child or a worker, in mid-stride when ``walking``.

    Args:
        table: receives the materials.
        rng: random state.
        category: a human.pedestrian category.
        walking: whether the legs are apart.

    Returns:
        The mesh.
    """
    child = category.endswith('child')
    height = rng.uniform(1.05, 1.35) if child else rng.uniform(1.58, 1.92)
    k, wide = height / 1.75, rng.uniform(.9, 1.25)
    shirt, trousers = _clothes(table, category, rng), _clothes(table, category, rng)
    if category.endswith('construction_worker'):
        shirt = table.add(category, (.75, .3, .03), (.7, .75, .3), 'bands', scale=.25,
                          reflectivity=0.9)
    skin = _skin(table, category, rng)
    shoes = table.add(category, (.04, .035, .03))
    stride = rng.uniform(.15, .3) * rng.choice([-1, 1]) * k if walking else 0.03
    hip, shoulder = .86 * k, 1.42 * k
    parts = MeshBuilder()
    skirt = rng.random() < 0.15
    for side, foot in ((1, stride), (-1, -stride)):
        y = side * .1 * k * wide
        parts.limb((foot, y, .06), (0, y, hip), .17 * k * wide, skin if skirt else trousers, 5)
        parts.box((foot + .05, y, .05), (.27 * k, .1, .1), shoes)
        hand = (-foot * .8 + .04, side * .27 * k * wide, .82 * k)
        parts.limb((0, side * .22 * k * wide, shoulder - .04), hand, .1 * k, shirt, 4)
        parts.box(hand, (.09, .08, .12), skin)
    if skirt:
        parts.cone((0, 0, .75 * k), (.5 * k, .5 * k, .75 * k), trousers)
    parts.sphere((0, 0, (hip + shoulder) / 2), (.3 * k * wide, .46 * k * wide, .72 * k), shirt)
    parts.box((0, 0, 1.2 * k), (.2 * k, .4 * k * wide, .42 * k), shirt)
    _head(parts, table, category, rng, (.02, 0, 1.62 * k), k if not child else .9,
          category.endswith('construction_worker'))
    bag = rng.random()
    if bag < 0.25:
        parts.box((-.2 * k, 0, 1.2 * k), (.2, .3, .45), _clothes(table, category, rng))
    elif bag < 0.4:
        parts.box((0, .32 * k, .65 * k), (.3, .1, .35), _clothes(table, category, rng))
    return parts.build()


def _rider(parts: MeshBuilder, table: MaterialTable, category: str, rng: np.random.Generator,
           seat: tuple[float, float], bars: tuple[float, float], pedal: float) -> None:
    """Add a seated rider; ``seat`` and ``bars`` are (x, z), ``pedal`` the feet's height (m)."""
    shirt, trousers = _clothes(table, category, rng), _clothes(table, category, rng)
    shoulder = (seat[0] + .28, seat[1] + .55)
    parts.limb((seat[0], 0, seat[1]), (shoulder[0], 0, shoulder[1]), .36, shirt)
    for side in (-1, 1):
        knee = (seat[0] + .42, side * .16, (seat[1] + pedal) / 2 + .14)
        parts.limb((seat[0], side * .12, seat[1]), knee, .17, trousers)
        parts.limb(knee, (seat[0] + .28, side * .15, pedal), .13, trousers)
        parts.limb((shoulder[0], side * .2, shoulder[1]), (bars[0], side * .26, bars[1]), .1, shirt)
    _head(parts, table, category, rng, (shoulder[0] + .1, 0, shoulder[1] + .22), 1.0,
          rng.random() < 0.8)


def bicycle(table: MaterialTable, rng: np.random.Generator, lit: bool = True,
            ridden: bool = True) -> Mesh:
    """Build a bicycle, with its rider when ``ridden``."""
    category = 'vehicle.bicycle'
    frame = table.add(category, random_paint(rng), gloss=0.05)
    tyre = table.add(category, (.03, .03, .03), reflectivity=0.05)
    on = float(lit and ridden)
    parts = MeshBuilder()
    for x in (-.52, .52):
        for angle in np.arange(6) * np.pi / 6:  # a rim, as a ring of chords
            for sign in (-1, 1):
                ends = [(x + sign * .34 * np.cos(a), 0, .35 + sign * .34 * np.sin(a))
                        for a in (angle, angle + np.pi / 6)]
                parts.limb(ends[0], ends[1], .05, tyre, 3)
        for angle in (0.3, 1.35, 2.4):
            cos, sin = .33 * np.cos(angle), .33 * np.sin(angle)
            parts.limb((x - cos, 0, .35 - sin), (x + cos, 0, .35 + sin), .018, tyre, 3)
    for start, end in (((-.52, 0, .35), (-.12, 0, .82)), ((-.12, 0, .82), (.4, 0, .85)),
                       ((-.05, 0, .3), (.4, 0, .85)), ((-.52, 0, .35), (-.05, 0, .3)),
                       ((-.05, 0, .3), (-.14, 0, .92)), ((.52, 0, .35), (.37, 0, 1.05))):
        parts.limb(start, end, .055, frame, 4)
    parts.box((-.16, 0, .95), (.26, .14, .06), tyre)
    parts.limb((.36, -.28, 1.06), (.36, .28, 1.06), .04, tyre, 4)
    parts.box((.46, 0, .95), (.06, .08, .08), table.add(category, (.7, .7, .7), reflectivity=.9,
                                                       emission=np.array((6., 6., 5.5)) * on))
    parts.box((-.3, 0, .8), (.05, .08, .08), table.add(category, (.5, .02, .02), reflectivity=.9,
                                                      emission=np.array((2., .08, .06)) * on))
    if ridden:
        _rider(parts, table, category, rng, (-.16, .97), (.34, 1.08), .25)
    return parts.build()


def motorcycle(table: MaterialTable, rng: np.random.Generator, lit: bool = True,
               ridden: bool = True) -> Mesh:
    """Build a motorcycle or scooter, with its rider when ``ridden``."""
    category = 'vehicle.motorcycle'
    paint = table.add(category, random_paint(rng), random_paint(rng),
                      rng.choice(['plain', 'stripes']), scale=.4, gloss=0.1)
    tyre = table.add(category, (.025, .025, .025), reflectivity=0.05)
    metal = table.add(category, (.25, .25, .26), gloss=0.25)
    on = float(lit and ridden)
    scooter = rng.random() < 0.45
    radius = .25 if scooter else .32
    parts = MeshBuilder()
    for x in (-.68, .68):
        parts.cylinder((x, 0, radius), (2 * radius, 2 * radius, .14), tyre, _AXLE, 10)
        parts.cylinder((x, 0, radius), (radius, radius, .16), metal, _AXLE, 6)
    parts.limb((.68, 0, radius), (.45, 0, 1.02), .12, metal)
    if scooter:
        parts.extrude([(-.85, .35), (-.1, .3), (-.05, .72), (-.8, .8)], .38, paint)
        parts.box((.2, 0, .33), (.6, .36, .1), paint)
        parts.extrude([(.42, .3), (.56, .35), (.44, 1.0), (.36, 1.0)], .42, paint)
    else:
        parts.box((0, 0, .48), (.55, .36, .42), metal)
        parts.sphere((.12, 0, .85), (.7, .36, .36), paint)
        parts.extrude([(-.9, .78), (-.1, .68), (-.1, .8), (-.9, .92)], .28, tyre)
        parts.limb((-.2, -.2, .35), (-.9, -.22, .45), .12, metal)
    parts.limb((.4, -.36, 1.05), (.4, .36, 1.05), .05, tyre, 4)
    parts.box((.62, 0, .9), (.12, .2, .2), table.add(category, (.8, .8, .75), reflectivity=.6,
                                                     emission=np.array((8., 7.5, 6.5)) * on))
    parts.box((-.88, 0, .72), (.06, .2, .12), table.add(category, (.5, .02, .02), reflectivity=.9,
                                                       emission=np.array((2.4, .1, .08)) * on))
    if ridden:
        _rider(parts, table, category, rng, (-.25, .82), (.36, 1.06), .32)
    return parts.build()
