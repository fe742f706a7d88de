"""Composite meshes of what stands still: plants, buildings, poles, signs, cones and barriers."""
from __future__ import annotations

import numpy as np

from .materials import MaterialTable, random_paint
from .meshes import Mesh, MeshBuilder

_MANMADE, _VEGETATION = 'static.manmade', 'static.vegetation'


def leaf_material(table: MaterialTable, rng: np.random.Generator) -> int:
    """Add a foliage material: mostly green, sometimes autumnal or dull."""
    season = rng.choice(4, p=[.55, .2, .1, .15])
    color = np.array([(.09, .17, .04), (.05, .10, .04), (.32, .16, .03), (.17, .16, .09)])[season]
    color = np.clip(color * rng.uniform(.7, 1.5) + rng.normal(0, .012, 3), .01, .6)
    return table.add(_VEGETATION, color, color * rng.uniform(.25, .5), 'foliage',
                     scale=rng.uniform(.3, .7), roughness=0.5, reflectivity=rng.uniform(.3, .55))


def tree(table: MaterialTable, rng: np.random.Generator, detail: int = 1) -> Mesh:
    """Build a broad-leaved tree, a conifer or a bare-branched one.

    Args:
        table: receives the materials.
        rng: random state.
        detail: subdivisions of the crown.

    Returns:
        The mesh.
    """
    brown = np.array((.12, .09, .065)) * rng.uniform(.5, 1.6)
    bark = table.add(_VEGETATION, brown, None, 'stripes', scale=.15, roughness=.5,
                     reflectivity=.2)
    leaf = leaf_material(table, rng)
    height, spread = rng.uniform(4.5, 11), rng.uniform(2.6, 5.5)
    kind = rng.choice(['broad', 'conifer', 'sparse'], p=[.65, .15, .2])
    parts = MeshBuilder()
    trunk = height * (.45 if kind == 'broad' else .9)
    parts.limb((0, 0, 0), (rng.normal(0, .1), rng.normal(0, .1), trunk), rng.uniform(.2, .45), bark,
               7)
    if kind == 'conifer':
        for level in np.linspace(.15, .72, 4):
            size = spread * .7 * (1.15 - level)
            parts.cone((0, 0, height * (level + .17)), (size, size, height * .36), leaf, 9)
        return parts.build()
    crown = height * .35
    for _ in range(rng.integers(4, 8) if kind == 'broad' else 4):
        angle, reach = rng.uniform(0, 6.28), rng.uniform(.1, .32) * spread
        center = (reach * np.cos(angle), reach * np.sin(angle),
                  rng.uniform(crown + .15 * height, height * .88))
        parts.limb((0, 0, crown), center, .09, bark, 4)
        size = rng.uniform(.4, .7) * spread * (1 if kind == 'broad' else .55)
        parts.sphere(center, (size, size, size * rng.uniform(.6, .95)), leaf, detail, rng, .3)
    return parts.build()


def bush(table: MaterialTable, rng: np.random.Generator) -> Mesh:
    """Build a bush of a few blobs."""
    leaf, parts = leaf_material(table, rng), MeshBuilder()
    for _ in range(rng.integers(2, 5)):
        size = rng.uniform(.5, 1.4)
        x, y = rng.normal(0, .5, 2)
        parts.sphere((x, y, size * .35), (size, size, size * .9), leaf, 1, rng, .3)
    return parts.build()


def hedge(table: MaterialTable, rng: np.random.Generator, length: float) -> Mesh:
    """Build a clipped hedge of ``length`` (m) along x."""
    leaf, parts = leaf_material(table, rng), MeshBuilder()
    height, width = rng.uniform(.7, 1.6), rng.uniform(.6, 1.1)
    parts.box((0, 0, height * .45), (length, width * .85, height * .9), leaf)
    for x in np.arange(-length / 2 + .4, length / 2, .9):
        parts.sphere((x, 0, height * .6), (1.2, width * 1.1, height * .9), leaf, 1, rng, .25)
    return parts.build()


def _wall(table: MaterialTable, rng: np.random.Generator, texture: str, scale: float,
          lit_share: float = 0.0) -> int:
    """Add a facade material; ``lit_share`` of its windows shine at night."""
    glass = np.array((.05, .065, .08)) * rng.uniform(.6, 2.2)
    wall = random_paint(rng) * .75 if rng.random() < .5 else np.array(
        [(.42, .36, .29), (.30, .15, .10), (.36, .36, .35), (.52, .48, .42), (.22, .22, .24)]
        [rng.integers(5)]) * rng.uniform(.8, 1.2)
    windows = texture == 'windows'
    second = glass if windows else wall * rng.uniform(.5, .8)
    return table.add(_MANMADE, wall, second, texture, scale, 0.3,
                     gloss=0.02 if windows else 0.0,
                     emission=np.full(3, lit_share * windows))


def building(table: MaterialTable, rng: np.random.Generator, width: float, depth: float,
             height: float) -> Mesh:
    """Build a house or block whose front faces -y, with ground floor, roof and balconies.

    Args:
        table: receives the materials.
        rng: random state.
        width: extent along the street (m).
        depth: extent away from the street (m).
        height: height of the walls (m).

    Returns:
        The mesh, its front at y = 0.
    """
    facade = _wall(table, rng, 'windows', rng.uniform(1.8, 3.4), rng.uniform(.1, .6))
    plinth = _wall(table, rng, rng.choice(['brick', 'tiles', 'panels', 'stripes']),
                   rng.uniform(.5, 2.0))
    roof = table.add(_MANMADE, random_paint(rng) * .6, texture='bands', scale=.5)
    parts = MeshBuilder()
    parts.box((0, depth / 2, height / 2), (width, depth, height), facade)
    base = rng.uniform(.4, 1.0) if rng.random() < .5 else 3.2
    parts.box((0, depth / 2, base / 2), (width + .16, depth + .16, base), plinth)
    if base > 3:  # a shop: awnings and lit windows
        for x in np.arange(-width / 2 + 2, width / 2 - 1, 4.0):
            light = rng.uniform(.3, 1) if rng.random() < .6 else 0.0
            shop = table.add(_MANMADE, (.07, .08, .09), gloss=0.2, reflectivity=.05,
                             emission=np.array((.34, .28, .2)) * light)
            parts.box((x, -.1, 1.5), (2.8, .06, 2.0), shop)
            if rng.random() < .5:
                parts.box((x, -.65, 2.9), (3.2, 1.2, .12), table.add(
                    _MANMADE, random_paint(rng), random_paint(rng), 'stripes', .4))
    else:
        door = table.add(_MANMADE, random_paint(rng))
        parts.box((rng.uniform(-.3, .3) * width, -.1, 1.1), (1.1, .1, 2.2), door)
    if height < 9 and rng.random() < .6:
        parts.extrude([(-width / 2 - .3, height), (width / 2 + .3, height), (0, height + 3)],
                      depth + .5, roof, offset=depth / 2)
    else:
        parts.box((0, depth / 2, height + .2), (width + .4, depth + .4, .5), roof)
    if rng.random() < .35:
        rail = table.add(_MANMADE, random_paint(rng), None, 'stripes', .15)
        for z in np.arange(3.4, height - 2, 3.0):
            for x in np.arange(-width / 2 + 2.5, width / 2 - 1.5, 5.0):
                parts.box((x, -.5, z + .5), (2.4, 1.0, 1.0), rail)
    return parts.build()


def fence(table: MaterialTable, rng: np.random.Generator, length: float) -> Mesh:
    """Build a wall or a fence of ``length`` (m) along x."""
    parts = MeshBuilder()
    if rng.random() < .5:
        wall = _wall(table, rng, rng.choice(['brick', 'panels', 'tiles']), .5)
        height = rng.uniform(.8, 2.2)
        parts.box((0, 0, height / 2), (length, .25, height), wall)
        return parts.build()
    metal = table.add(_MANMADE, random_paint(rng), roughness=.1)
    for x in np.arange(-length / 2, length / 2 + .1, .45):
        parts.box((x, 0, .65), (.05, .05, 1.3), metal)
    for z in (.35, 1.2):
        parts.box((0, 0, z), (length, .04, .07), metal)
    return parts.build()


def lamp(table: MaterialTable, rng: np.random.Generator, height: float) -> Mesh:
    """Build a street lamp whose arm points to +x; its head is at (1.6, 0, height)."""
    metal = table.add(_MANMADE, random_paint(rng) * .6, roughness=.1, reflectivity=.2)
    head = table.add(_MANMADE, (.6, .6, .55), emission=(14., 12., 8.))
    parts = MeshBuilder()
    parts.cylinder((0, 0, .4), (.34, .34, .8), metal)
    parts.limb((0, 0, 0), (0, 0, height), .18, metal, 8)
    parts.limb((0, 0, height), (1.7, 0, height + .15), .11, metal)
    parts.box((1.6, 0, height + .06), (.7, .26, .1), metal)
    parts.box((1.6, 0, height), (.6, .22, .06), head)
    return parts.build()


def traffic_light(table: MaterialTable, rng: np.random.Generator, reach: float,
                  go: bool) -> Mesh:
    """Build a traffic light; its mast arm of ``reach`` (m) points to +y, its lamps to -x."""
    metal = table.add(_MANMADE, random_paint(rng) * .5, reflectivity=.2)
    box = table.add(_MANMADE, (.03, .03, .03))
    lamps = [table.add(_MANMADE, color, emission=np.array(glow) * (4. if on else 0.))
             for color, glow, on in (((.5, .03, .03), (1., .08, .05), not go),
                                     ((.5, .3, .02), (1., .6, .1), False),
                                     ((.03, .4, .2), (.1, 1., .6), go))]
    parts = MeshBuilder()
    parts.limb((0, 0, 0), (0, 0, 5.8), .22, metal, 8)
    parts.limb((0, 0, 5.6), (0, reach, 5.8), .13, metal)
    for y, z in ((0, 2.8), (reach - .3, 5.3), (reach * .55, 5.3)):
        parts.box((0, y, z), (.3, .38, 1.1), box)
        for row, lamp_material in enumerate(lamps):
            parts.box((-.16, y, z + .33 - .33 * row), (.06, .24, .24), lamp_material)
    return parts.build()


def sign(table: MaterialTable, rng: np.random.Generator) -> Mesh:
    """Build a sign on a post, facing -x."""
    post = table.add(_MANMADE, (.3, .3, .3), roughness=.1)
    face = table.add(_MANMADE, random_paint(rng), random_paint(rng),
                     rng.choice(['plain', 'panels', 'stripes']), .3, .1, reflectivity=.95)
    parts, height = MeshBuilder(), rng.uniform(2.0, 3.0)
    parts.limb((0, 0, 0), (0, 0, height), .09, post)
    if rng.random() < .5:
        disc = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float32)
        parts.cylinder((-.06, 0, height - .3), (.7, .7, .04), face, disc, 12)
    else:
        parts.box((-.06, 0, height - .3), (.04, rng.uniform(.5, 1.3), rng.uniform(.4, .9)), face)
    return parts.build()


def street_furniture(table: MaterialTable, rng: np.random.Generator) -> Mesh:
    """Build a bin, a bollard, a bench, a cabinet or a bus shelter."""
    paint = table.add(_MANMADE, random_paint(rng), random_paint(rng),
                      rng.choice(['plain', 'panels', 'stripes']), .4)
    kind, parts = rng.choice(['bin', 'bollard', 'bench', 'cabinet', 'shelter']), MeshBuilder()
    if kind == 'bin':
        parts.cylinder((0, 0, .5), (.55, .55, 1.0), paint)
    elif kind == 'bollard':
        parts.cylinder((0, 0, .45), (.2, .2, .9), paint)
    elif kind == 'bench':
        parts.box((0, 0, .45), (1.7, .5, .08), paint)
        parts.box((0, .22, .75), (1.7, .06, .4), paint)
        for x in (-.7, .7):
            parts.box((x, 0, .22), (.08, .45, .44), paint)
    elif kind == 'cabinet':
        parts.box((0, 0, .7), (1.2, .5, 1.4), paint)
    else:
        glass = table.add(_MANMADE, (.2, .23, .24), gloss=.25, reflectivity=.05)
        parts.box((0, .6, 1.25), (3.6, .06, 2.0), glass)
        parts.box((0, 0, 2.5), (3.9, 1.5, .12), paint)
        for x in (-1.8, 1.8):
            parts.limb((x, .6, 0), (x, .6, 2.5), .1, paint, 6)
    return parts.build()


def cone(table: MaterialTable, rng: np.random.Generator) -> Mesh:
    """Build a traffic cone or a slim delineator post."""
    category = 'movable_object.trafficcone'
    body = table.add(category, random_paint(rng), random_paint(rng),
                     rng.choice(['plain', 'bands', 'bands']), rng.uniform(.3, .5), .15,
                     reflectivity=.6)
    foot = table.add(category, (.04, .04, .04))
    height, parts = rng.uniform(.65, 1.05), MeshBuilder()
    parts.box((0, 0, .03), (.42, .42, .06), foot)
    if rng.random() < .75:
        parts.cone((0, 0, height / 2), (.36, .36, height), body)
    else:
        parts.cylinder((0, 0, height / 2), (.16, .16, height), body)
    return parts.build()


def barrier(kind: str, material: int) -> Mesh:
    """Build one element of a row of barriers, along x; see ``barrier_material``."""
    length, parts = 1.95, MeshBuilder()
    if kind == 'jersey':
        for width, low, high in ((.62, 0, .25), (.42, .25, .45), (.26, .45, .95)):
            parts.box((0, 0, (low + high) / 2), (length, width, high - low), material)
    elif kind == 'plank':
        for z in (.5, .9):
            parts.box((0, 0, z), (length, .06, .24), material)
        for x in (-.8, .8):
            parts.box((x, 0, .5), (.08, .5, .06), material)
            parts.box((x, 0, .5), (.08, .08, 1.0), material)
    else:
        parts.box((0, 0, .45), (length, .45, .9), material)
        parts.box((0, 0, .95), (length * .9, .25, .1), material)
    return parts.build()


def barrier_material(table: MaterialTable, rng: np.random.Generator) -> tuple[str, int]:
    """Choose one look for a whole row of barriers.

    Returns:
        The kind ('jersey', 'plank' or 'block') and its material.
    """
    kind = str(rng.choice(['jersey', 'plank', 'block']))
    texture = rng.choice(['plain', 'panels', 'stripes'])
    return kind, table.add('movable_object.barrier', random_paint(rng), random_paint(rng), texture,
                           rng.uniform(.4, 1.0), .25, reflectivity=.35)
