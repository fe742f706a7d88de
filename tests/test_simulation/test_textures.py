"""Procedural textures."""
from __future__ import annotations

import numpy as np

from mmcrossdistill.simulation.materials import TEXTURES
from mmcrossdistill.simulation.noise import cell_hash, noise
from mmcrossdistill.simulation.raycast import Hits, Snapshot, StillScene
from mmcrossdistill.simulation.textures import Texturer
from mmcrossdistill.simulation.world import World


def evaluate(world: World, still: StillScene, time: float, footprint: float) -> tuple:
    """Texture what a downward grid of rays hits."""
    x, y = np.meshgrid(np.linspace(-25, 40, 120), np.linspace(-30, 30, 120))
    points = np.stack([x.ravel(), y.ravel(), np.full(x.size, 60.0)], 1).astype(np.float32)
    rays = np.tile(np.array([[.35, .2, -.915]], np.float32), (len(points), 1))
    snapshot = Snapshot(world, still, time)
    hits = snapshot.cast(points, rays)
    assert hits.valid.all()
    points = points + rays * hits.distance[:, None]
    result = Texturer(world).evaluate(points, hits, snapshot.poses,
                                      np.full(len(points), footprint, np.float32))
    return hits, *result


def test_albedo_is_physical_and_varies_inside_a_material(world: World, still: StillScene) -> None:
    hits, albedo, emission = evaluate(world, still, 0.0, 0.01)
    assert albedo.min() >= 0 and albedo.max() < 1.7 and np.isfinite(albedo).all()
    assert emission.min() >= 0
    kinds = world.materials.texture[hits.material]
    seen = {TEXTURES[k] for k in np.unique(kinds)}
    assert {'road', 'grass', 'windows'} & seen
    road = hits.material == hits.material[kinds == TEXTURES.index('road')][0]
    assert albedo[road].std() > 0.01


def test_patterns_fade_where_a_pixel_is_wider_than_they_are(world: World, still: StillScene
                                                            ) -> None:
    hits, near, _ = evaluate(world, still, 0.0, 0.01)
    _, far, _ = evaluate(world, still, 0.0, 20.0)
    brick = np.isin(world.materials.texture[hits.material],
                    [TEXTURES.index(name) for name in ('tiles', 'brick', 'panels', 'bands')])
    assert brick.sum() > 50
    assert far[brick].std(axis=0).mean() < near[brick].std(axis=0).mean()


def test_textures_travel_with_their_object(world: World) -> None:
    mover = next(i for i, agent in enumerate(world.agents) if agent.motion.speed > 2)
    local = np.random.default_rng(0).uniform(-1, 1, (50, 3))
    colours = []
    for time in (0.0, 1.5):
        _, poses = world.moving(time)
        x, y, z, yaw = poses[world.first_agent + mover].astype(float)
        cos, sin = np.cos(yaw), np.sin(yaw)
        points = np.stack([x + cos * local[:, 0] - sin * local[:, 1],
                           y + sin * local[:, 0] + cos * local[:, 1], z + local[:, 2]], 1)
        normal = np.tile(np.array([[-sin, cos, 0.0]]), (50, 1)).astype(np.float32)
        material = np.full(50, world.agents[mover].mesh.material[0], np.int32)
        hits = Hits(np.ones(50, np.float32), normal, material,
                    np.full(50, world.first_agent + mover, np.int32))
        colours.append(Texturer(world).evaluate(points.astype(np.float32), hits, poses,
                                                np.full(50, .01, np.float32))[0])
    # Nearest-neighbour noise may flip at a cell border by rounding, hence not all of them.
    assert np.isclose(*colours, atol=1e-4).all(axis=1).mean() > 0.9


def test_noise_has_zero_mean_and_unit_range() -> None:
    points = np.random.default_rng(0).uniform(-50, 50, (20000, 3)).astype(np.float32)
    values = noise(points, 3.0)
    assert abs(values.mean()) < 0.05 and 0.2 < values.std() < 0.5


def test_cell_hash_is_uniform_and_constant_in_a_cell() -> None:
    a = np.arange(10000, dtype=float)
    values = cell_hash(a, np.zeros_like(a), np.zeros_like(a))
    assert np.histogram(values, 10, (0, 1))[0].min() > 800
    np.testing.assert_array_equal(values, cell_hash(a + 0.9, np.full_like(a, 0.2),
                                                    np.zeros_like(a)))
