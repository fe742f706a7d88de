"""Ground truth boxes of one keyframe: pose, size, points inside and visibility."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .lidar import Scan
from .raycast import Snapshot
from .sensors import LIDAR

ANNOTATION_RANGE = 80.0  # m
_MARGIN = 0.04  # annotated boxes are a little larger than the object (m)
_PROBES = 24  # surface points per object for its visibility


@dataclass(frozen=True)
class BoxAnnotation:
    """One object at one keyframe, in the world frame.

    Args:
        agent: index of the agent.
        center ((3,) float): box centre (m).
        size ((3,) float): width, length, height (m), in nuScenes' order.
        yaw: heading (rad).
        num_lidar_pts: points of the keyframe's scan inside the box.
        visible: visible share of the object's surface seen from the LiDAR, 0 to 1.
    """

    agent: int
    center: tuple[float, float, float]
    size: tuple[float, float, float]
    yaw: float
    num_lidar_pts: int
    visible: float


def annotate(snapshot: Snapshot, scan: Scan) -> list[BoxAnnotation]:
    """Annotate all agents in range that anything can see.

    Args:
        snapshot: the world at the keyframe.
        scan: the keyframe's scan.

    Returns:
        The boxes.
    """
    world = snapshot.world
    sensor = world.ego_pose(snapshot.time) @ LIDAR.sensor2ego()
    points = scan.points[:, :3] @ sensor[:3, :3].T + sensor[:3, 3]
    points = points[np.argsort(points[:, 0])]  # so that each box looks at a slice only
    poses = world.agent_poses(snapshot.time)
    near = np.flatnonzero(np.hypot(*(poses[:, :2] - sensor[:2, 3]).T) < ANNOTATION_RANGE)
    visible = _visibility(snapshot, near, poses, sensor[:3, 3])
    boxes = []
    for agent, share in zip(near.tolist(), visible, strict=True):
        x, y, z, yaw = poses[agent]
        low, high = world.agents[agent].mesh.bounds
        middle, extent = (low + high) / 2, high - low + 2 * _MARGIN
        cos, sin = np.cos(yaw), np.sin(yaw)
        center = (x + cos * middle[0] - sin * middle[1], y + sin * middle[0] + cos * middle[1],
                  z + middle[2])
        reach = float(np.hypot(extent[0], extent[1])) / 2
        first, last = np.searchsorted(points[:, 0], (center[0] - reach, center[0] + reach))
        offset = points[first:last] - center
        ahead = cos * offset[:, 0] + sin * offset[:, 1]
        left = cos * offset[:, 1] - sin * offset[:, 0]
        inside = (np.abs(ahead) <= extent[0] / 2) & (np.abs(left) <= extent[1] / 2) & (
            np.abs(offset[:, 2]) <= extent[2] / 2)
        count = int(inside.sum())
        if count or share:
            boxes.append(BoxAnnotation(
                agent, tuple(map(float, center)),
                (float(extent[1]), float(extent[0]), float(extent[2])), float(yaw), count,
                float(share)))
    return boxes


def _visibility(snapshot: Snapshot, agents: np.ndarray, poses: np.ndarray, eye: np.ndarray
                ) -> np.ndarray:
    """Share of surface points whose line of sight meets the object itself first.

    Args:
        snapshot: the world at the keyframe.
        agents ((K,) int): agents to look at.
        poses ((A, 4) float): x, y, z, yaw of all agents.
        eye ((3,) float): the LiDAR (m).

    Returns:
        (K,) float.
    """
    world, targets = snapshot.world, []
    for agent in agents:
        triangles = world.agents[agent].mesh.triangles
        chosen = np.linspace(0, len(triangles) - 1, _PROBES).astype(int)
        x, y, z, yaw = poses[agent]
        cos, sin = np.cos(yaw), np.sin(yaw)
        local = triangles[chosen].mean(axis=1)
        targets.append(np.stack([x + cos * local[:, 0] - sin * local[:, 1],
                                 y + sin * local[:, 0] + cos * local[:, 1], z + local[:, 2]], 1))
    if not targets:
        return np.zeros(0)
    rays = np.concatenate(targets) - eye
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    origins = np.broadcast_to(eye, rays.shape).astype(np.float32)
    # The ego body may be part of the snapshot; start beyond it.
    hits = snapshot.cast(origins + 2.2 * rays.astype(np.float32), rays.astype(np.float32))
    same = hits.valid & (hits.object_id == np.repeat(agents, _PROBES) + world.first_agent)
    return same.reshape(len(agents), _PROBES).mean(axis=1)
