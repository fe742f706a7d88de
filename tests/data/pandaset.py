"""Files in the layout of PandaSet."""
from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pandas
from scipy.spatial.transform import Rotation

from mmcrossdistill.preprocessing.pandaset_infos import CAMERAS

NOON = datetime(2019, 5, 14, 20, tzinfo=UTC).timestamp()
SIZE = (54, 96)
INTRINSICS = dict(fx=98.0, fy=96.0, cx=47.5, cy=26.5)
# Camera axes (right, down, forward) in a vehicle that looks along +y, as PandaSet's does.
FORWARD = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])


def as_pose(rotation: np.ndarray, position: np.ndarray) -> dict:
    """A pose as the json files hold it."""
    x, y, z, w = Rotation.from_matrix(rotation).as_quat()
    return dict(heading=dict(w=w, x=x, y=y, z=z),
                position=dict(zip('xyz', map(float, position), strict=True)))


def write_scene(root: Path, name: str, latitude: float, start: float = NOON) -> dict:
    """Two frames of a moving vehicle; returns the world points and the camera poses."""
    scene, truth = root / name, dict(points=[], cameras=[], vehicle=[])
    for folder in ('lidar', 'meta', 'annotations/semseg', *(
            f'camera/{camera}' for camera in CAMERAS)):
        (scene / folder).mkdir(parents=True)
    random = np.random.RandomState(0)
    poses: dict[str, list] = {camera: [] for camera in (*CAMERAS, 'lidar')}
    for frame in range(2):
        turn = Rotation.from_euler('zyx', [30 + 5 * frame, 1, 2], degrees=True).as_matrix()
        position = np.array([100.0 + 3 * frame, -40.0, 7.0])
        own = np.column_stack([
            random.uniform(-30, 30, 200), random.uniform(3, 50, 200), random.uniform(0, 4, 200)])
        world = own @ turn.T + position
        table = pandas.DataFrame(world, columns=['x', 'y', 'z'])
        table['i'], table['t'] = random.randint(0, 255, 200).astype(float), start + frame
        table['d'] = (np.arange(200) >= 120).astype(int)
        table.to_pickle(scene / 'lidar' / f'{frame:02d}.pkl.gz')
        poses['lidar'].append(as_pose(turn, position))
        truth['points'].append(table)
        truth['vehicle'].append((turn, position))
        for index, camera in enumerate(CAMERAS):
            yaw = Rotation.from_euler('z', 60 * index, degrees=True).as_matrix()
            rotation = turn @ yaw @ FORWARD
            centre = position + turn @ np.array([0.0, 0.2, 1.5])
            poses[camera].append(as_pose(rotation, centre))
            if index == 0:
                truth['cameras'].append((rotation, centre))
            cv2.imwrite(str(scene / 'camera' / camera / f'{frame:02d}.jpg'),
                        np.zeros((*SIZE, 3), np.uint8))
    for sensor, values in poses.items():
        folder = scene / ('lidar' if sensor == 'lidar' else f'camera/{sensor}')
        (folder / 'poses.json').write_text(json.dumps(values))
        (folder / 'timestamps.json').write_text(json.dumps([start, start + 0.1]))
        if sensor != 'lidar':
            (folder / 'intrinsics.json').write_text(json.dumps(INTRINSICS))
    (scene / 'meta' / 'gps.json').write_text(json.dumps([dict(lat=latitude, long=-122.4)] * 2))
    return truth
