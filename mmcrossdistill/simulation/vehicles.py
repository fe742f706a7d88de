"""Composite meshes of cars, vans, trucks, buses, trailers and construction vehicles.

Every function returns a mesh in the object frame: x forward, y left, z up, origin on the ground
under the middle of the bounding box.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .materials import MaterialTable, random_paint
from .meshes import Mesh, MeshBuilder

_AXLE = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32)  # cylinder axis z -> y


@dataclass(frozen=True)
class _Trim:
    """Material indices of the parts every vehicle of one category shares."""

    glass: int
    tyre: int
    dark: int
    front_light: int
    tail_light: int
    plate: int


def _trim(table: MaterialTable, category: str, rng: np.random.Generator, lit: bool) -> _Trim:
    """Add the shared parts' materials; parked vehicles (``lit`` False) have their lights off."""
    on = 1.0 if lit else 0.0
    tint = rng.uniform(0.02, 0.07)
    return _Trim(
        glass=table.add(category, (tint, tint * 1.1, tint * 1.2), gloss=0.35, roughness=0.05,
                        reflectivity=0.03),
        tyre=table.add(category, (.025, .025, .025), roughness=0.3, reflectivity=0.04),
        dark=table.add(category, (.05, .05, .055), reflectivity=0.06),
        front_light=table.add(category, (.8, .8, .75), gloss=0.2, reflectivity=0.5,
                              emission=np.array((9., 8.5, 7.)) * on),
        tail_light=table.add(category, (.45, .02, .02), gloss=0.2, reflectivity=0.7,
                             emission=np.array((2.6, .12, .08)) * on),
        plate=table.add(category, (.75, .75, .7), reflectivity=0.95,
                        emission=np.array((.12, .12, .1)) * on))


def _body(table: MaterialTable, category: str, rng: np.random.Generator,
          textures: tuple[str, ...] = ('plain',), gloss: float = 0.08) -> int:
    """Add a body paint with a random colour and one of ``textures``."""
    texture = textures[rng.integers(len(textures))]
    return table.add(category, random_paint(rng), random_paint(rng), texture,
                     scale=rng.uniform(0.7, 2.2), roughness=0.12, gloss=gloss)


def _wheels(parts: MeshBuilder, trim: _Trim, xs: list[float], width: float, radius: float,
            thickness: float = 0.24) -> None:
    """Add a pair of wheels at each x."""
    for x in xs:
        for side in (-1, 1):
            y = side * (width / 2 - thickness / 2 - 0.01)
            parts.wheel((x, y, radius), radius, thickness, trim.tyre, trim.plate)


def _lights(parts: MeshBuilder, trim: _Trim, front: float, rear: float, width: float,
            front_z: float, rear_z: float, size: float = 0.17) -> None:
    """Add head lights, tail lights and two plates."""
    for side in (-1, 1):
        y = side * (width / 2 - 0.24)
        parts.quad((front + 0.03, y, front_z), (0.34, size), trim.front_light)
        parts.quad((rear - 0.03, y, rear_z), (0.3, size * 1.2), trim.tail_light)
    parts.quad((rear - 0.04, 0, rear_z - 0.28), (0.5, 0.13), trim.plate)
    parts.quad((front + 0.04, 0, front_z - 0.25), (0.5, 0.11), trim.plate)


def car(table: MaterialTable, rng: np.random.Generator, lit: bool = True) -> Mesh:
    """Build a hatchback, saloon, estate or SUV."""
    kind = rng.choice(['hatch', 'saloon', 'estate', 'suv'])
    trim = _trim(table, 'vehicle.car', rng, lit)
    paint = _body(table, 'vehicle.car', rng)
    length = {'hatch': 3.9, 'saloon': 4.7, 'estate': 4.6, 'suv': 4.6}[kind] * rng.uniform(.95, 1.05)
    width = rng.uniform(1.75, 1.95)
    height = (1.72 if kind == 'suv' else 1.46) * rng.uniform(0.97, 1.04)
    half, belt, sill = length / 2, height * 0.6, 0.24 if kind != 'suv' else 0.32
    parts = MeshBuilder()
    parts.extrude([(-half, sill + .1), (-half + .15, sill), (half - .15, sill), (half, sill + .12),
                   (half - .02, belt - .22), (half - .9, belt - .03), (half - 1.3, belt),
                   (-half + .25, belt), (-half + .02, belt - .08)], width, paint, 0.96)
    rear_foot = {'hatch': -half + .12, 'saloon': -half + 1.0}.get(kind, -half + .08)
    rear_roof = rear_foot + {'hatch': .55, 'saloon': .75}.get(kind, .3)
    hood, roof = half - rng.uniform(1.15, 1.35), half - rng.uniform(1.85, 2.1)
    parts.extrude([(rear_foot, belt - .02), (hood, belt - .02), (roof, height - .06),
                   (rear_roof, height - .06)], width * 0.93, trim.glass, 0.8)
    parts.extrude([(rear_roof - .06, height - .08), (roof + .06, height - .08),
                   (roof - .1, height), (rear_roof + .1, height)], width * 0.77, paint, 0.9)
    for x in (rear_roof + .35, (roof + rear_roof) / 2 + .1):  # pillars
        for side in (-1, 1):
            parts.limb((x, side * width * .455, belt), (x + .05, side * width * .38, height - .05),
                       .09, paint, 3)
    radius = 0.32 if kind != 'suv' else 0.37
    _wheels(parts, trim, [half - .85, -half + .8], width + .02, radius)
    _lights(parts, trim, half - .03, -half + .01, width, belt - .28, belt - .2)
    for side in (-1, 1):
        parts.box((hood - .25, side * (width / 2 + .06), belt + .06), (.14, .18, .12), paint)
    return parts.build()


def truck(table: MaterialTable, rng: np.random.Generator, lit: bool = True) -> Mesh:
    """Build a pickup, a van-like box truck or a flatbed with a load."""
    kind = rng.choice(['pickup', 'box', 'box', 'flatbed'])
    category = 'vehicle.truck'
    trim, cab = _trim(table, category, rng, lit), _body(table, category, rng)
    cargo = _body(table, category, rng, ('plain', 'stripes', 'panels', 'bands'), gloss=0.03)
    parts = MeshBuilder()
    if kind == 'pickup':
        half, width = 2.7, 1.95
        parts.extrude([(-half, .5), (half, .45), (half, .9), (half - 1.1, 1.12), (-half, 1.12)],
                      width, cab, 0.97)
        parts.extrude([(-.35, 1.1), (1.5, 1.1), (.95, 1.78), (-.2, 1.78)], width * .95, trim.glass,
                      0.85)
        parts.box((.35, 0, 1.8), (1.1, width * .8, .06), cab)
        parts.box((-1.6, 0, 1.25), (1.9, width * .8, rng.uniform(.05, .5)), cargo)
        _wheels(parts, trim, [half - .95, -half + 1.0], width + .02, .39)
        _lights(parts, trim, half, -half, width, .82, .92)
        return parts.build()
    length, width, height = rng.uniform(6.2, 9.5), rng.uniform(2.2, 2.5), rng.uniform(2.7, 3.5)
    half, cab_length = length / 2, rng.uniform(1.7, 2.1)
    cab_height = min(height - .2, rng.uniform(2.3, 2.8))
    front = half - cab_length
    parts.box((0, 0, .75), (length * .96, width * .5, .3), trim.dark)
    parts.extrude([(front, .5), (half, .5), (half, 1.35), (half - .35, cab_height),
                   (front, cab_height)], width * .96, cab, 0.94)
    parts.extrude([(half - .34, 1.4), (half + .015, 1.4), (half - .3, cab_height - .25),
                   (half - .5, cab_height - .25)], width * .86, trim.glass, 0.95)
    for side in (-1, 1):
        parts.box((half - .75, side * width * .472, 1.75), (.75, .04, .6), trim.glass)
        parts.box((half - .1, side * (width / 2 + .1), 1.9), (.1, .16, .5), trim.dark)
    body_length = front + half - .12
    if kind == 'box':
        parts.box((-half + body_length / 2, 0, .95 + (height - .95) / 2),
                  (body_length, width, height - .95), cargo)
    else:
        parts.box((-half + body_length / 2, 0, 1.0), (body_length, width, .16), trim.dark)
        for _ in range(rng.integers(2, 5)):
            size = rng.uniform((.8, 1., .5), (2.0, 2.0, 1.3))
            x = rng.uniform(-half + 1.1, front - 1.2)
            parts.box((x, 0, 1.08 + size[2] / 2), size, _body(table, category, rng,
                                                              ('plain', 'bands', 'tiles'), 0.0))
    _wheels(parts, trim, [half - 1.0, -half + 1.5, -half + 2.5][:2 + (length > 8)], width, .47, .3)
    _lights(parts, trim, half + .01, -half - .01, width, .85, .85, .2)
    parts.box((-half + .02, 0, .55), (.06, width * .9, .12), trim.plate)
    return parts.build()


def bus(table: MaterialTable, rng: np.random.Generator, lit: bool = True) -> Mesh:
    """Build a city bus, sometimes a double-decker."""
    category = 'vehicle.bus.rigid'
    trim = _trim(table, category, rng, lit)
    body = _body(table, category, rng, ('plain', 'panels', 'bands'), gloss=0.06)
    window = table.add(category, (.05, .06, .07), gloss=0.3, roughness=0.05, reflectivity=0.03,
                       emission=np.array((.2, .19, .15)) * (rng.uniform(.1, 1) if lit else 0))
    length, width = rng.uniform(10.0, 12.5), 2.55
    double = rng.random() < 0.25
    height = 4.1 if double else rng.uniform(2.95, 3.25)
    half = length / 2
    parts = MeshBuilder()
    parts.extrude([(-half, .35), (half, .35), (half, 1.2), (half - .12, height - .1),
                   (half - .3, height), (-half + .15, height), (-half, height - .15)], width, body,
                  0.97)
    for base in (1.35, 2.75)[:1 + double]:
        for x in np.arange(-half + .8, half - .9, 1.55):
            for side in (-1, 1):
                parts.box((x + .65, side * (width / 2 - .03), base + .48), (1.3, .1, .85), window)
        parts.box((half - .04, 0, base + .45), (.14, width * .86, 1.05), window)
        parts.box((-half - .01, 0, base + .5), (.08, width * .7, .7), window)
    sign = table.add(category, (.05, .05, .05), emission=np.array((2.2, 1.1, .2)) * float(lit))
    parts.box((half - .06, 0, height - .25), (.14, 1.5, .26), sign)
    for x in (half - 1.2, -.2):  # doors, on the kerb side
        parts.box((x, -width / 2, 1.35), (1.1, .06, 1.9), window)
    _wheels(parts, trim, [half - 2.4, -half + 3.0], width, .5, .3)
    _lights(parts, trim, half + .02, -half - .02, width, .75, .9, .22)
    return parts.build()


def trailer(table: MaterialTable, rng: np.random.Generator, lit: bool = True) -> Mesh:
    """Build a semi-trailer: box, curtain, tank or container on a chassis."""
    category = 'vehicle.trailer'
    trim = _trim(table, category, rng, lit)
    cargo = _body(table, category, rng, ('plain', 'stripes', 'panels', 'bands'), gloss=0.03)
    length, width = rng.uniform(7.5, 11.5), 2.5
    half = length / 2
    parts = MeshBuilder()
    parts.box((0, 0, 1.0), (length, 1.0, .25), trim.dark)
    kind = rng.choice(['box', 'tank', 'container'])
    if kind == 'tank':
        along_x = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float32)
        parts.cylinder((0, 0, 2.25), (2.2, 2.4, length * .97), cargo, along_x, 14)
    else:
        top = 3.9 if kind == 'box' else 3.5
        parts.box((0, 0, (1.15 + top) / 2), (length, width, top - 1.15), cargo)
        frame = table.add(category, random_paint(rng), roughness=0.1)
        for x in (-half, half):
            parts.box((x, 0, (1.15 + top) / 2), (.1, width + .06, top - 1.1), frame)
    for x in (-half + 1.0, -half + 2.2):
        _wheels(parts, trim, [x], width, .5, .35)
    for side in (-1, 1):
        parts.box((half - 2.0, side * .8, .5), (.14, .14, 1.0), trim.dark)
        parts.box((-half - .03, side * 1.0, .95), (.06, .35, .2), trim.tail_light)
    parts.box((-half - .03, 0, .6), (.05, width * .9, .12), trim.plate)
    return parts.build()


def construction_vehicle(table: MaterialTable, rng: np.random.Generator, lit: bool = True) -> Mesh:
    """Build an excavator, a wheel loader or a road roller."""
    category = 'vehicle.construction'
    trim = _trim(table, category, rng, False)
    paint = _body(table, category, rng, ('plain', 'bands'), gloss=0.03)
    kind = rng.choice(['excavator', 'loader', 'roller'])
    parts = MeshBuilder()
    if kind == 'excavator':
        for side in (-1, 1):
            parts.extrude([(-1.9, .25), (-1.5, 0), (1.5, 0), (1.9, .25), (1.9, .6), (1.5, .85),
                           (-1.5, .85), (-1.9, .6)], .6, trim.dark, offset=side * 1.1)
        parts.box((-.5, 0, 1.5), (2.9, 2.5, 1.0), paint)
        parts.extrude([(-.1, 1.9), (1.2, 1.9), (1.0, 3.0), (-.1, 3.0)], 1.1, trim.glass, .95)
        parts.box((.45, 0, 3.03), (1.3, 1.15, .1), paint)
        elbow = (rng.uniform(2.6, 3.2), 0, rng.uniform(3.6, 4.6))
        wrist = (rng.uniform(4.2, 5.2), 0, rng.uniform(1.4, 2.4))
        parts.limb((.9, -.7, 1.6), elbow, .45, paint, 4)
        parts.limb(elbow, wrist, .36, paint, 4)
        parts.box((wrist[0], 0, wrist[2] - .5), (.8, 1.1, .9), trim.dark)
        return parts.build()
    if kind == 'loader':
        parts.box((-1.2, 0, 1.5), (2.8, 1.9, 1.2), paint)
        parts.extrude([(-.4, 1.9), (1.0, 1.9), (.8, 3.2), (-.3, 3.2)], 1.5, trim.glass, .92)
        parts.box((.25, 0, 3.25), (1.5, 1.6, .12), paint)
        for side in (-1, 1):
            parts.limb((.6, side * .6, 1.6), (2.9, side * .6, .7), .3, paint, 4)
        parts.extrude([(2.7, .1), (3.7, .05), (3.2, 1.2), (2.7, 1.1)], 2.6, trim.dark)
        _wheels(parts, trim, [1.4, -1.6], 2.5, .8, .55)
        return parts.build()
    for x in (-1.5, 1.5):
        parts.cylinder((x, 0, .65), (1.3, 1.3, 2.0), trim.dark, _AXLE, 14)
    parts.box((0, 0, 1.2), (3.4, 1.5, .7), paint)
    parts.box((-.2, 0, 2.7), (1.9, 1.7, .12), paint)
    for x, y in ((-1., -.7), (-1., .7), (.6, -.7), (.6, .7)):
        parts.limb((x, y, 1.4), (x, y, 2.7), .1, trim.dark, 4)
    parts.box((-.4, 0, 1.8), (.7, .9, .6), paint)
    return parts.build()
