"""Road coordinates, surfaces and markings."""
from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mmcrossdistill.simulation.agents import Motion
from mmcrossdistill.simulation.road import Road, random_road


@pytest.fixture
def road() -> Road:
    """A bent two-lane street with a crossing."""
    return Road(curvature=1 / 250, lane_width=3.5, lanes=1, parking=2.3, median=0.0, verge=0.0,
                sidewalk=3.0, cross_s=30.0, cross_half=4.0, center_line='double',
                center_yellow=True)


@pytest.mark.parametrize('curvature', [1 / 250, -1 / 250, 1e-5, -1e-5])
def test_world_and_road_positions_invert_each_other(road: Road, curvature: float) -> None:
    road = dataclasses.replace(road, curvature=curvature)
    rng = np.random.default_rng(0)
    s, d = rng.uniform(-150, 150, 500), rng.uniform(-80, 80, 500)
    s_back, d_back = road.to_sd(*road.to_xy(s, d))
    np.testing.assert_allclose(s_back, s, atol=1e-6)
    np.testing.assert_allclose(d_back, d, atol=1e-6)


def test_left_of_the_road_has_positive_offset(road: Road) -> None:
    x, y = road.to_xy(0.0, 5.0)
    assert (float(x), float(y)) == pytest.approx((0, 5))


def test_surfaces_do_not_overlap(road: Road) -> None:
    s, d = np.meshgrid(np.linspace(-60, 90, 301), np.linspace(-30, 30, 241))
    assert not (road.is_road(s, d) & road.is_sidewalk(s, d)).any()
    assert road.is_road(np.array([0.0]), np.array([road.half - .1])).all()
    assert road.is_sidewalk(np.array([0.0]), np.array([road.half + .1])).all()
    assert road.is_road(np.array([30.0]), np.array([25.0])).all()  # the crossing road


def test_centre_line_is_painted_in_its_colour(road: Road) -> None:
    s, d = np.array([0.0, 0.0]), np.array([0.16, 1.5])
    white, yellow = road.marking(s, d)
    assert yellow.tolist() == [True, False] and not white.any()
    white, yellow = dataclasses.replace(road, center_yellow=False).marking(s, d)
    assert white.tolist() == [True, False] and not yellow.any()


def test_stop_line_lies_before_the_crossing_on_the_right_hand_side(road: Road) -> None:
    before = np.array([road.cross_s - road.cross_half - 4.5])
    assert road.marking(before, np.array([-1.7]))[0].all()
    assert not road.marking(before, np.array([1.7]))[0].any()


def test_random_roads_keep_their_lanes_on_the_carriageway() -> None:
    for seed in range(20):
        road = random_road(np.random.default_rng(seed))
        for lane in range(road.lanes):
            for side in (-1, 1):
                assert road.is_road(np.array([0.0]), np.array([side * road.lane_center(lane)]))[0]


def test_braking_ends_in_standstill(road: Road) -> None:
    motion = Motion(0, -1.75, 0.0, speed=4.0, acceleration=-2.0)
    assert motion.distance(1.0) == pytest.approx(3.0)
    assert motion.distance(2.0) == motion.distance(10.0) == pytest.approx(4.0)


def test_poses_follow_the_bend(road: Road) -> None:
    motion = Motion(0, -1.75, 0.0, speed=10.0, sway=.2)
    early, late = motion.pose(road, 1.0), motion.pose(road, 1.001)
    heading = np.arctan2(late[1] - early[1], late[0] - early[0])
    assert heading == pytest.approx(early[2], abs=1e-2)
    against = Motion(0, 1.75, np.pi, speed=10.0).pose(road, 1.0)
    assert against[0] < 0
