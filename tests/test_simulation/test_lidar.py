"""The LiDAR: geometry, labels, noise, rain."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.simulation.categories import INDEX
from mmcrossdistill.simulation.lidar import BEAMS, MAX_RANGE, LidarScanner, Scan
from mmcrossdistill.simulation.raycast import Snapshot, StillScene
from mmcrossdistill.simulation.sensors import LIDAR
from mmcrossdistill.simulation.world import World


def make_scan(world: World, still: StillScene, rain: bool, number: int = 0) -> Scan:
    """Scan the world at 0.6 s."""
    scanner = LidarScanner(world, 360, rain)
    return scanner.scan(Snapshot(world, still, 0.6, scanner.ego_body(0.6)), (9, number))


@pytest.fixture(scope='module')
def scan(world: World, still: StillScene) -> Scan:
    """A dry scan."""
    return make_scan(world, still, rain=False)


def test_layout_and_ranges(scan: Scan) -> None:
    points = scan.points
    assert points.dtype == np.float32 and points.shape[1] == 5
    assert len(points) > 0.6 * 360 * BEAMS
    assert set(np.unique(points[:, 4])) <= set(range(BEAMS))
    assert points[:, 3].min() >= 0 and points[:, 3].max() <= 255
    assert np.ptp(points[:, 3]) > 100
    assert np.linalg.norm(points[:, :3], axis=1).max() < MAX_RANGE + 0.2
    elevation = np.degrees(np.arcsin(points[:, 2] / np.linalg.norm(points[:, :3], axis=1)))
    np.testing.assert_allclose(elevation, -30 + 40 / (BEAMS - 1) * points[:, 4], atol=1e-2)


def test_labels_agree_with_agents_and_ground(world: World, scan: Scan) -> None:
    hit = scan.agent >= 0
    assert hit.sum() > 200
    expected = [INDEX[world.agents[i].category] for i in scan.agent[hit]]
    np.testing.assert_array_equal(scan.label[hit], expected)
    sensor = world.ego_pose(0.6) @ LIDAR.sensor2ego()
    height = (scan.points[:, :3] @ sensor[:3, :3].T + sensor[:3, 3])[:, 2]
    road = scan.label == INDEX['flat.driveable_surface']
    assert np.abs(height[road]).max() < 0.1
    x, y = (scan.points[road, :3] @ sensor[:3, :3].T + sensor[:3, 3])[:, :2].T
    assert world.road.is_road(*world.road.to_sd(x, y)).mean() > 0.97


def test_range_noise_is_small_and_unbiased(world: World, still: StillScene, scan: Scan) -> None:
    snapshot = Snapshot(world, still, 0.6, LidarScanner(world, 8, False).ego_body(0.6))
    sensor = world.ego_pose(0.6) @ LIDAR.sensor2ego()
    distance = np.linalg.norm(scan.points[:, :3], axis=1)
    rays = (scan.points[:, :3] / distance[:, None]) @ sensor[:3, :3].T
    origins = np.broadcast_to(sensor[:3, 3], rays.shape).astype(np.float32)
    error = distance - snapshot.cast(origins, rays.astype(np.float32)).distance
    error = error[np.abs(error) < 0.5]  # rays at an edge may pass it
    assert abs(error.mean()) < 2e-3 and 0.01 < error.std() < 0.03


def test_rain_only_adds_dropouts_and_near_returns(world: World, still: StillScene, scan: Scan
                                                  ) -> None:
    rain = make_scan(world, still, rain=True)
    noise = rain.label == INDEX['noise']
    assert 0.001 < noise.mean() < 0.02
    assert np.median(np.linalg.norm(rain.points[noise, :3], axis=1)) < 8
    assert 0.75 < (~noise).sum() / len(scan.label) < 0.98
    assert not (scan.label == INDEX['noise']).any()
    # What rain leaves is exactly where the dry scan has it.
    dry = {tuple(row) for row in scan.points[:, :3].tolist()}
    assert all(tuple(row) in dry for row in rain.points[~noise, :3].tolist())


def test_scans_repeat_and_differ_by_seed(world: World, still: StillScene, scan: Scan) -> None:
    np.testing.assert_array_equal(make_scan(world, still, False).points, scan.points)
    other = make_scan(world, still, False, number=1).points
    assert other.shape != scan.points.shape or (other != scan.points).any()


def test_paint_returns_more_than_asphalt(world: World, scan: Scan) -> None:
    sensor = world.ego_pose(0.6) @ LIDAR.sensor2ego()
    road = scan.label == INDEX['flat.driveable_surface']
    x, y = (scan.points[road, :3] @ sensor[:3, :3].T + sensor[:3, 3])[:, :2].T
    white, yellow = world.road.marking(*world.road.to_sd(x, y))
    intensity = scan.points[road, 3]
    assert np.median(intensity[white | yellow]) > 1.8 * np.median(intensity[~(white | yellow)])
