"""Ray casting against an independent reference."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.simulation.raycast import Snapshot, StillScene
from mmcrossdistill.simulation.world import World


def moller_trumbore(origin: np.ndarray, ray: np.ndarray, triangles: np.ndarray) -> float:
    """Distance to the first triangle, by the textbook; inf without a hit."""
    a, b, c = triangles.transpose(1, 0, 2)
    ab, ac = b - a, c - a
    p = np.cross(ray, ac)
    determinant = np.einsum('fc,fc->f', ab, p)
    with np.errstate(divide='ignore', invalid='ignore'):
        t = origin - a
        u = np.einsum('fc,fc->f', t, p) / determinant
        q = np.cross(t, ab)
        v = np.einsum('c,fc->f', ray, q) / determinant
        distance = np.einsum('fc,fc->f', ac, q) / determinant
    hit = (np.abs(determinant) > 1e-12) & (u >= 0) & (v >= 0) & (u + v <= 1) & (distance > 1e-6)
    return distance[hit].min() if hit.any() else np.inf


@pytest.fixture
def snapshot(world: World, still: StillScene) -> Snapshot:
    """The world half a second in."""
    return Snapshot(world, still, 0.5)


def test_first_hits_equal_the_textbook(world: World, snapshot: Snapshot) -> None:
    rng = np.random.default_rng(0)
    rays = rng.normal(size=(40, 3)) * (1, 1, .2)
    rays = (rays / np.linalg.norm(rays, axis=1, keepdims=True)).astype(np.float32)
    origins = np.tile(np.array([0, -1.5, 1.9], np.float32), (40, 1))
    hits = snapshot.cast(origins, rays)
    moving = world.moving(0.5)[0].triangles
    triangles = np.concatenate([world.still.triangles, moving]).astype(float)
    expected = [moller_trumbore(o, r, triangles) for o, r in zip(origins, rays, strict=True)]
    expected = np.minimum(expected, 3e30)
    assert hits.valid.sum() > 20
    np.testing.assert_allclose(hits.distance, expected, rtol=1e-3)
    assert (np.einsum('nc,nc->n', hits.normal, rays)[hits.valid] <= 0).all()


def test_occlusion_agrees_with_first_hits(snapshot: Snapshot) -> None:
    rng = np.random.default_rng(1)
    rays = rng.normal(size=(500, 3)).astype(np.float32) * np.array([1, 1, .3], np.float32)
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    origins = np.tile(np.array([0, -1.5, 2.5], np.float32), (500, 1))
    hits = snapshot.cast(origins, rays)
    limit = rng.uniform(1, 60, 500).astype(np.float32)
    clear_cut = np.abs(hits.distance - limit) > 1e-2
    blocked = snapshot.occluded(origins, rays, limit)
    np.testing.assert_array_equal(blocked[clear_cut], (hits.distance < limit)[clear_cut])


def test_moving_agents_are_hit_where_they_are(world: World, still: StillScene) -> None:
    mover = next(i for i, agent in enumerate(world.agents)
                 if agent.motion.speed > 2 and agent.category == 'vehicle.car')
    for time in (0.1, 1.6):
        snapshot = Snapshot(world, still, time)
        x, y, z, _ = world.agent_poses(time)[mover]
        origin = np.array([[x, y, 12.0]], np.float32)
        hit = snapshot.cast(origin, np.array([[0, 0, -1]], np.float32))
        above = snapshot.cast(np.array([[x, y, z + 2.4]], np.float32),
                              np.array([[0, 0, -1]], np.float32))
        assert world.first_agent + mover in (hit.object_id[0], above.object_id[0])
