"""A contact sheet of a MiniDrive data set, with the LiDAR drawn over the pictures."""
from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from mmcrossdistill.utils.atomic_file import write_atomically

from .plan import SPLITS
from .scene_writer import VERSION
from .sensors import quaternion_matrix
from .weather import CONDITIONS

_COLUMNS = ('CAM_FRONT_LEFT', 'CAM_FRONT', 'CAM_FRONT_RIGHT', 'CAM_BACK')


class _Tables:
    """The tables that the sheet needs, by token."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._tables = {name: self._read(name) for name in (
            'scene', 'sample', 'sample_data', 'ego_pose', 'calibrated_sensor', 'sensor')}

    def _read(self, name: str) -> dict[str, dict]:
        """Read one table."""
        path = self.root / VERSION / f'{name}.json'
        if not path.exists():
            raise FileNotFoundError(f'{path}: no such table; generate the data set first with '
                                    'tools/create_data.py minidrive')
        return {row['token']: row for row in json.loads(path.read_bytes())}

    def scenes(self) -> dict[str, dict]:
        """Scenes by name."""
        return {row['name']: row for row in self._tables['scene'].values()}

    def nth_sample(self, scene: dict, number: int) -> str:
        """Token of a scene's keyframe, empty when the scene holds fewer."""
        token = scene['first_sample_token']
        for _ in range(number):
            token = self._tables['sample'][token]['next'] if token else ''
        return token

    def keyframe(self, sample_token: str) -> dict[str, dict]:
        """The sample_data of one sample by channel."""
        frames = {}
        for row in self._tables['sample_data'].values():
            if row['sample_token'] == sample_token and row['is_key_frame']:
                sensor = self._tables['calibrated_sensor'][row['calibrated_sensor_token']]
                frames[self._tables['sensor'][sensor['sensor_token']]['channel']] = row
        return frames

    def sensor2global(self, frame: dict) -> np.ndarray:
        """Pose of a sensor at its own time, (4, 4) float64."""
        pose = np.eye(4)
        for table, key in (('calibrated_sensor', 'calibrated_sensor_token'),
                           ('ego_pose', 'ego_pose_token')):
            row, step = self._tables[table][frame[key]], np.eye(4)
            step[:3, :3] = quaternion_matrix(row['rotation'])
            step[:3, 3] = row['translation']
            pose = step @ pose
        return pose

    def intrinsic(self, frame: dict) -> np.ndarray:
        """Camera matrix of a frame, (3, 3) float64."""
        return np.array(
            self._tables['calibrated_sensor'][frame['calibrated_sensor_token']]['camera_intrinsic'])


def _picture(tables: _Tables, frames: dict[str, dict], camera: str, with_lidar: bool
             ) -> np.ndarray:
    """Load one picture, with the scan drawn over it when asked for; (H, W, 3) uint8 RGB."""
    path = tables.root / frames[camera]['filename']
    image = cv2.imread(str(path))
    if image is None:
        raise FileNotFoundError(f'{path}: missing or not a picture; generate the data set again')
    image = image[..., ::-1]
    if not with_lidar:
        return image
    from mmcrossdistill.visualization.overlay import colour_depth, draw_points

    lidar = frames['LIDAR_TOP']
    points = np.fromfile(tables.root / lidar['filename'], np.float32).reshape(-1, 5)[:, :3]
    lidar2cam = np.linalg.inv(tables.sensor2global(frames[camera])) @ tables.sensor2global(lidar)
    cam = points @ lidar2cam[:3, :3].T + lidar2cam[:3, 3]
    cam = cam[cam[:, 2] > 1.0]
    uv = cam @ tables.intrinsic(frames[camera]).T
    uv = uv[:, :2] / uv[:, 2:]
    inside = ((uv >= 0) & (uv < (image.shape[1], image.shape[0]))).all(axis=1)
    # Drawn at three times the size, so that a point covers less than the thing it hit.
    large = cv2.resize(image, None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST)
    return draw_points(large, uv[inside] * 3, colour_depth(cam[inside, 2]))


def contact_sheet(root: str | Path, out_png: str | Path, split: str = 'val', world: int = 0,
                  sample: int = 0, cameras: Sequence[str] = _COLUMNS,
                  with_lidar: bool = True) -> Path:
    """Draw one world in every condition: a row per condition, a column per camera.

    Args:
        root: folder of the data set.
        out_png: the picture to write.
        split: 'dev' or 'val', whose worlds exist in all conditions.
        world: which of the split's worlds.
        sample: which keyframe of its scenes.
        cameras: the columns.
        with_lidar: whether a last column shows the front camera with the LiDAR drawn over it.

    Returns:
        The written file.

    Raises:
        FileNotFoundError: if the data set, or a file of it, is missing.
        ValueError: if the split is not paired or holds fewer worlds or keyframes.
    """
    from mmcrossdistill.visualization.image_grid import encode_png, image_grid

    root, out_png = Path(root), Path(out_png)
    tables = _Tables(root)
    if split not in ('dev', 'val'):
        raise ValueError(f'split is {split!r}; only dev and val of {SPLITS} show the same world in '
                         'every condition')
    names = json.loads((root / 'splits.json').read_text())[split]
    chosen = names[world * len(CONDITIONS):(world + 1) * len(CONDITIONS)]
    if len(chosen) < len(CONDITIONS):
        raise ValueError(f'world is {world}, but split {split} of {root} holds only '
                         f'{len(names) // len(CONDITIONS)}')
    rows = []
    for name in chosen:
        token = tables.nth_sample(tables.scenes()[name], sample)
        if not token:
            raise ValueError(f'sample is {sample}, but {name} holds fewer keyframes')
        frames = tables.keyframe(token)
        row = [_picture(tables, frames, camera, False) for camera in cameras]
        if with_lidar:
            row.append(_picture(tables, frames, 'CAM_FRONT', True))
        rows.append(row)
    titles = [*cameras, *(['CAM_FRONT + LIDAR_TOP'] if with_lidar else [])]
    write_atomically(out_png, encode_png(image_grid(rows, CONDITIONS, titles, width=16.0)))
    return out_png
