"""Worlds: determinism, classes, plausibility."""
from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from mmcrossdistill.simulation.categories import CATEGORIES, INDEX, attribute_of
from mmcrossdistill.simulation.world import World, build_world

WORLD_SEED = 2  # that of the fixture

RARE = ('vehicle.bus.rigid', 'vehicle.trailer', 'vehicle.construction', 'vehicle.motorcycle',
        'vehicle.bicycle', 'movable_object.barrier', 'movable_object.trafficcone')


def test_the_same_seed_builds_the_same_world(world: World) -> None:
    again = build_world(WORLD_SEED)
    np.testing.assert_array_equal(again.still.triangles, world.still.triangles)
    np.testing.assert_array_equal(again.materials.color, world.materials.color)
    np.testing.assert_array_equal(again.agent_poses(1.0), world.agent_poses(1.0))
    assert not np.array_equal(build_world(4).poses[:5], world.poses[:5])


def test_every_world_holds_the_thin_classes() -> None:
    total = Counter()
    for seed in range(4):
        count = Counter(agent.category for agent in build_world(seed).agents)
        missing = [category for category in RARE if not count[category]]
        assert len(missing) <= 1, f'world {seed} lacks {missing}'
        assert count['human.pedestrian.adult'] >= 8
        total += count
    assert all(total[category] >= 4 for category in RARE), total


def test_colour_alone_does_not_give_the_class() -> None:
    colours = {'vehicle.car': [], 'static.manmade': []}
    for seed in range(3):
        table = build_world(seed).materials
        for name, rows in colours.items():
            rows.append(table.color[table.raw_class == INDEX[name]])
    car, wall = (np.concatenate(rows) for rows in colours.values())
    nearest = np.linalg.norm(car[:, None] - wall[None], axis=-1).min(axis=1)
    assert np.median(nearest) < 0.05  # most car colours occur on walls too


def test_traffic_in_a_lane_never_collides(world: World) -> None:
    vehicles = [i for i, agent in enumerate(world.agents)
                if agent.moves and agent.category in ('vehicle.car', 'vehicle.truck',
                                                      'vehicle.bus.rigid', 'vehicle.trailer')]
    for time in (0.0, 1.0, 2.0):
        poses = world.agent_poses(time)[vehicles]
        for i, first in enumerate(vehicles):
            for j, second in enumerate(vehicles[:i]):
                gap = poses[i, :2] - poses[j, :2]
                cos, sin = np.cos(poses[i, 3]), np.sin(poses[i, 3])
                along, across = abs(cos * gap[0] + sin * gap[1]), abs(cos * gap[1] - sin * gap[0])
                longest = sum(np.ptp(world.agents[k].mesh.bounds, axis=0)[0]
                              for k in (first, second))
                assert across > 1.5 or along > longest / 2 - .3


def test_nothing_stands_in_the_ego_vehicle(world: World) -> None:
    ego = world.ego_pose(0.0)[:2, 3]
    poses = world.agent_poses(0.0)
    for agent, pose in zip(world.agents, poses, strict=True):
        if agent.category.startswith('vehicle.'):
            assert np.hypot(*(pose[:2] - ego)) > 1.8


def test_the_ego_pose_is_rigid_and_moves(world: World) -> None:
    first, second = world.ego_pose(0.1), world.ego_pose(0.6)
    np.testing.assert_allclose(first[:3, :3] @ first[:3, :3].T, np.eye(3), atol=1e-12)
    assert np.linalg.norm(second[:3, 3] - first[:3, 3]) > 0.5


def test_categories_follow_the_devkit() -> None:
    from nuscenes.utils.color_map import get_colormap
    assert list(CATEGORIES) == list(get_colormap()) or set(CATEGORIES) == set(get_colormap())
    assert INDEX['vehicle.car'] == 17 and INDEX['static.vegetation'] == 30


@pytest.mark.parametrize(('category', 'moving', 'parked', 'expected'), [
    ('vehicle.car', True, False, 'vehicle.moving'), ('vehicle.car', False, True, 'vehicle.parked'),
    ('vehicle.bus.rigid', False, False, 'vehicle.stopped'),
    ('vehicle.bicycle', True, False, 'cycle.with_rider'),
    ('vehicle.motorcycle', False, True, 'cycle.without_rider'),
    ('human.pedestrian.child', False, False, 'pedestrian.standing'),
    ('movable_object.trafficcone', False, True, None)])
def test_attributes(category: str, moving: bool, parked: bool, expected: str | None) -> None:
    assert attribute_of(category, moving, parked) == expected
