"""Boxes: tight around their object, point counts, visibility."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.simulation.annotation import ANNOTATION_RANGE, annotate
from mmcrossdistill.simulation.lidar import LidarScanner
from mmcrossdistill.simulation.raycast import Snapshot, StillScene
from mmcrossdistill.simulation.sensors import LIDAR
from mmcrossdistill.simulation.world import World


@pytest.fixture(scope='module')
def annotated(world: World, still: StillScene) -> tuple:
    """Scan and boxes at 0.6 s."""
    scanner = LidarScanner(world, 360, False)
    snapshot = Snapshot(world, still, 0.6, scanner.ego_body(0.6))
    scan = scanner.scan(snapshot, (1, 0))
    return scan, annotate(snapshot, scan)


def test_points_of_an_object_lie_in_its_box(world: World, annotated: tuple) -> None:
    scan, boxes = annotated
    sensor = world.ego_pose(0.6) @ LIDAR.sensor2ego()
    points = scan.points[:, :3] @ sensor[:3, :3].T + sensor[:3, 3]
    inside_share, total = 0, 0
    for box in boxes:
        offset = points - box.center
        cos, sin = np.cos(box.yaw), np.sin(box.yaw)
        local = np.stack([cos * offset[:, 0] + sin * offset[:, 1],
                          cos * offset[:, 1] - sin * offset[:, 0], offset[:, 2]], 1)
        inside = (np.abs(local) <= np.array(box.size)[[1, 0, 2]] / 2).all(axis=1)
        assert inside.sum() == box.num_lidar_pts
        own = scan.agent == box.agent
        inside_share += (inside & own).sum()
        total += own.sum()
    assert total > 200 and inside_share / total > 0.97  # range noise may leave a box


def test_visibility_tells_open_from_hidden(annotated: tuple) -> None:
    _, boxes = annotated
    points = np.array([box.num_lidar_pts for box in boxes])
    visible = np.array([box.visible for box in boxes])
    assert ((visible >= 0) & (visible <= 1)).all()
    assert visible[points > 30].min() > 0 and visible[points == 0].mean() < visible[
        points > 30].mean()


def test_only_objects_in_range_are_annotated(world: World, annotated: tuple) -> None:
    _, boxes = annotated
    sensor = (world.ego_pose(0.6) @ LIDAR.sensor2ego())[:2, 3]
    assert 15 < len(boxes) <= len(world.agents)
    assert max(np.hypot(*(np.array(box.center[:2]) - sensor)) for box in boxes) < (
        ANNOTATION_RANGE + 4)
