"""Boxes of one nuScenes keyframe in the LiDAR frame."""
from __future__ import annotations

from typing import Any

import numpy as np

from .info_file import DETECTION_CLASSES
from .nuscenes_tables import NuscenesTables
from .rigid import rotation_from_quaternion

# Official detection task: category -> class; other categories are not scored.
DETECTION_NAME = {
    'movable_object.barrier': 'barrier',
    'vehicle.bicycle': 'bicycle',
    'vehicle.bus.bendy': 'bus',
    'vehicle.bus.rigid': 'bus',
    'vehicle.car': 'car',
    'vehicle.construction': 'construction_vehicle',
    'vehicle.motorcycle': 'motorcycle',
    'human.pedestrian.adult': 'pedestrian',
    'human.pedestrian.child': 'pedestrian',
    'human.pedestrian.construction_worker': 'pedestrian',
    'human.pedestrian.police_officer': 'pedestrian',
    'movable_object.trafficcone': 'traffic_cone',
    'vehicle.trailer': 'trailer',
    'vehicle.truck': 'truck'}
_MAX_TIME_DIFF = 1.5


def build_instances(
    tables: NuscenesTables, sample_token: str, global2lidar: np.ndarray,
    times: dict[str, float],
) -> tuple[list[dict[str, Any]], set[str]]:
    """Make mmdet3d's v2 instances.

    Args:
        tables: of the data set.
        sample_token: keyframe.
        global2lidar ((4, 4) float): at LiDAR time, metres.
        times: timestamp of each sample, seconds.

    Returns:
        The instances, and the categories that are not scored (label -1).
    """
    instances, ignored = [], set()
    rotation = global2lidar[:3, :3]
    for token in tables.annotations_of.get(sample_token, ()):
        row = tables.annotations[token]
        category = tables.category_of[row['instance_token']]
        name = DETECTION_NAME.get(category, category)
        label = DETECTION_CLASSES.index(name) if name in DETECTION_CLASSES else -1
        if label < 0:
            ignored.add(name)
        centre = rotation @ row['translation'] + global2lidar[:3, 3]
        width, length, height = row['size']
        box = rotation @ rotation_from_quaternion(row['rotation'])
        # The devkit's yaw, which mmdet3d stores; in a tilted frame it is not atan2(r10, r00).
        yaw = np.arctan2(-box[0, 1], box[0, 0])
        velocity = rotation @ (*_velocity(tables, token, times)[:2], 0.0)
        points = row['num_lidar_pts']
        instances.append(dict(
            bbox_3d=[*centre.tolist(), length, width, height, float(yaw)],
            bbox_label=label, bbox_label_3d=label, velocity=velocity[:2].tolist(),
            num_lidar_pts=points, num_radar_pts=row['num_radar_pts'],
            bbox_3d_isvalid=points + row['num_radar_pts'] > 0))
    return instances, ignored


def _velocity(tables: NuscenesTables, token: str, times: dict[str, float]) -> np.ndarray:
    """Estimate the velocity of an annotation by central differences, as the devkit does.

    Args:
        tables: of the data set.
        token: annotation.
        times: timestamp of each sample, seconds.

    Returns:
        (3,) float: m/s in the global frame; NaN where there is no neighbour close enough.
    """
    current = tables.annotations[token]
    first = tables.annotations[current['prev']] if current['prev'] else current
    last = tables.annotations[current['next']] if current['next'] else current
    elapsed = times[last['sample_token']] - times[first['sample_token']]
    both = bool(current['prev'] and current['next'])
    if elapsed == 0 or elapsed > _MAX_TIME_DIFF * (2 if both else 1):
        return np.full(3, np.nan)
    return (np.array(last['translation']) - np.array(first['translation'])) / elapsed
