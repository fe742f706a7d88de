"""From the clouds of a window to the transforms of their moving clusters."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mmcrossdistill.preprocessing.rigid import invert_rigid

from .clustering import connected_voxels, hdbscan_clusters
from .ground import PatchworkGround, RansacGround
from .records import Record
from .settings import PpmSettings
from .tracking import candidate_clusters, track_cluster

_MIN_RANGE = 2.7  # metres; nearer returns come from the ego vehicle (Patchwork++)


@dataclass(frozen=True)
class Scan:
    """One cloud of a window.

    Args:
        points ((N, 4) float32): x, y, z, intensity in its own LiDAR frame, metres.
        to_key ((4, 4) float): maps this frame to that of the keyframe's LiDAR, by the ego motion.
        time: seconds after the keyframe; 0 for the keyframe itself.
    """

    points: np.ndarray
    to_key: np.ndarray
    time: float


def make_ground_finder(settings: PpmSettings) -> Callable[[np.ndarray], np.ndarray]:
    """Make what tells the ground of a cloud.

    Patchwork++ learns from cloud to cloud: every keyframe needs a fresh one, or its record would
    depend on what was done before.

    Args:
        settings: parameters.
    """
    if settings.ground == 'patchwork':
        return PatchworkGround(settings.sensor_height, settings.max_range)
    return RansacGround()


def mine(scans: Sequence[Scan], lidar2ego: np.ndarray, settings: PpmSettings) -> list[Record]:
    """Find the moving clusters of a window and how to move each back to the keyframe.

    Source: Simple Remedies, section 3.2: ego motion, ground removal, clustering of the fused cloud,
    tracking of the clusters to find the moving ones, registration cluster by cluster; everything
    else keeps the identity.

    Args:
        scans: the keyframe's (time 0) and those around it.
        lidar2ego ((4, 4) float): of the keyframe; clusters move level in the ego frame.
        settings: parameters.

    Returns:
        A record of each scan, in their order.
    """
    level = np.eye(4)
    level[:3, :3] = lidar2ego[:3, :3]
    find_ground = make_ground_finder(settings)
    rows, places, times, owners = [], [], [], []
    for index, scan in enumerate(scans):
        distance = np.linalg.norm(scan.points[:, :2], axis=1)
        kept = (distance > _MIN_RANGE) & (distance < settings.max_range)
        kept &= ~find_ground(scan.points)
        row = np.flatnonzero(kept)
        matrix = level @ scan.to_key
        rows.append(row)
        places.append(scan.points[row, :3] @ matrix[:3, :3].T + matrix[:3, 3])
        times.append(np.full(len(row), scan.time))
        owners.append(np.full(len(row), index))
    row, xyz, time, owner = map(np.concatenate, (rows, places, times, owners))
    if settings.clustering == 'hdbscan':
        cluster = hdbscan_clusters(xyz, settings.min_cluster_size, settings.cell)
    else:
        cluster = connected_voxels(xyz, settings.cell, settings.cell_height)
    number = np.zeros(int(cluster.max(initial=-1)) + 2, dtype=np.uint16)
    motions = []
    ends = min(scans, key=lambda scan: scan.time), max(scans, key=lambda scan: scan.time)
    sensor_velocity = level[:3, :3] @ (ends[1].to_key - ends[0].to_key)[:3, 3] / (
        ends[1].time - ends[0].time)
    for identity, members in _members(cluster, candidate_clusters(xyz, time, cluster, settings)):
        track = track_cluster(xyz[members], time[members], sensor_velocity, settings)
        if track is not None:
            motions.append(None if track.failed(settings) else track.motion)
            number[identity] = len(motions)
    back, forth = invert_rigid(level), level
    records = []
    for index, scan in enumerate(scans):
        own = owner == index
        labels = np.zeros(len(scan.points), dtype=np.uint16)
        labels[row[own]] = number[cluster[own]]
        transforms = np.full((len(motions), 4, 4), np.nan)
        for place, motion in enumerate(motions):
            if motion is not None:
                transforms[place] = back @ motion.matrix(scan.time) @ forth
        records.append(Record(labels, transforms.astype(np.float32)))
    return records


def _members(cluster: np.ndarray, wanted: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """List the points of some clusters.

    Args:
        cluster ((N,) int64): cluster of each point.
        wanted ((K,) int64): ids, ascending.

    Returns:
        Id and rows of each.
    """
    order = np.argsort(cluster, kind='stable')
    ordered = cluster[order]
    first = np.searchsorted(ordered, wanted, 'left')
    last = np.searchsorted(ordered, wanted, 'right')
    return [(int(identity), order[start:stop])
            for identity, start, stop in zip(wanted, first, last, strict=True)]
