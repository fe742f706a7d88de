"""Info files of PandaSet, and its clouds as float32 files in the frame of the vehicle.

PandaSet keeps both LiDARs of a frame in one pandas file, in world coordinates. It does not say in
which condition a scene was recorded: after civil twilight, by its place and time, it counts as
night, else as day-clear.
"""
from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mmcrossdistill.utils.atomic_file import write_atomically
from mmcrossdistill.utils.optional import require

from .image_size import read_image_size
from .info_file import write_infos
from .rigid import check_intrinsics, check_rigid, invert_rigid, rigid_from_quaternion
from .sun import NIGHT_ELEVATION, sun_elevation

CAMERAS = ('front_camera', 'front_left_camera', 'front_right_camera', 'left_camera',
           'right_camera', 'back_camera')
# Value of the column ``d`` and the cameras that see the sensor's points: the front-facing PandarGT
# is paired with the front camera only, as in ScaLR.
SENSORS = {'pandar64': (0, CAMERAS), 'pandargt': (1, CAMERAS[:1])}
# ScaLR's split by place: the scenes of San Francisco train, those of El Camino Real validate.
TRAIN_LATITUDE = 37.6
# The poses stand about on the road. ScaLR puts the origin 1.6 m above, where the LiDARs of the
# other data sets are.
SENSOR_HEIGHT = 1.6
POINT_FOLDER = 'points'


def read_pose(pose: Mapping[str, Mapping[str, float]], where: str) -> np.ndarray:
    """Read a pose.

    Args:
        pose: ``heading`` {w, x, y, z} and ``position`` {x, y, z}.
        where: file and frame, for the message.

    Returns:
        (4, 4) float64: to the world, metres.

    Raises:
        KeyError: if a key is missing.
        ValueError: if it is no pose.
    """
    try:
        matrix = rigid_from_quaternion(
            [pose['heading'][axis] for axis in 'wxyz'], [pose['position'][axis] for axis in 'xyz'])
    except KeyError as error:
        raise KeyError(f'{where} has no {error}; extract PandaSet again') from error
    return check_rigid(matrix, where)


def write_points(source: Path, targets: Mapping[str, Path], world2lidar: np.ndarray) -> None:
    """Write the cloud of each sensor: x, y, z in metres and intensity, float32.

    Args:
        source: pandas file of both; it is unpickled, so it must come from the data set itself.
        targets: file of each sensor; those that exist are kept.
        world2lidar ((4, 4) float): metres.

    Raises:
        ValueError: if the table has other columns.
    """
    targets = {sensor: path for sensor, path in targets.items() if not path.is_file()}
    if not targets:
        return
    table = require('pandas', extra='det3d').read_pickle(source)
    if not {'x', 'y', 'z', 'i', 'd'} <= set(table.columns):
        raise ValueError(f'{source} has the columns {list(table.columns)}, not x, y, z, i, t, d: '
                         'extract PandaSet again')
    coords = table[['x', 'y', 'z']].to_numpy(np.float64)
    coords = coords @ world2lidar[:3, :3].T + world2lidar[:3, 3]
    points = np.column_stack([coords, table['i'].to_numpy(np.float64)]).astype(np.float32)
    for sensor, path in targets.items():
        chosen = points[table['d'].to_numpy() == SENSORS[sensor][0]]
        write_atomically(path, chosen.tobytes())


def read_json(path: Path) -> Any:
    """Read a json file.

    Args:
        path: of the file.

    Raises:
        FileNotFoundError: if it does not exist.
    """
    if not path.is_file():
        raise FileNotFoundError(f'{path} does not exist; extract PandaSet again')
    return json.loads(path.read_text())


def read_cameras(scene: Path) -> dict[str, dict[str, Any]]:
    """Read intrinsics, poses and times of the cameras of one scene.

    Args:
        scene: its folder.

    Returns:
        By camera: ``cam2img`` (3, 3) pixels, ``poses`` and ``timestamps`` by frame, ``size``
        (H, W) and ``folder``.
    """
    cameras = {}
    for name in CAMERAS:
        folder = scene / 'camera' / name
        values = read_json(folder / 'intrinsics.json')
        cam2img = check_intrinsics(
            [[values['fx'], 0, values['cx']], [0, values['fy'], values['cy']], [0, 0, 1]],
            f'{folder / "intrinsics.json"}')
        cameras[name] = dict(
            folder=folder, cam2img=cam2img, poses=read_json(folder / 'poses.json'),
            timestamps=read_json(folder / 'timestamps.json'),
            size=read_image_size(next(iter(sorted(folder.glob('*.jpg'))), folder / '00.jpg')))
    return cameras


def build_scene(
    root: Path, out: Path, name: str, condition: str,
) -> dict[str, list[dict[str, Any]]]:
    """Write the clouds and build the items of one scene.

    The frame of the clouds is that of the vehicle's pose, lifted by :data:`SENSOR_HEIGHT`.

    Args:
        root: folder of the scenes.
        out: folder below which the clouds are written.
        name: of the scene, e.g. '001'.
        condition: of the scene.

    Returns:
        Items of each sensor.
    """
    scene = root / name
    cameras = read_cameras(scene)
    poses = read_json(scene / 'lidar' / 'poses.json')
    times = read_json(scene / 'lidar' / 'timestamps.json')
    lidar2ego = np.eye(4)
    lidar2ego[2, 3] = SENSOR_HEIGHT
    items: dict[str, list[dict[str, Any]]] = {sensor: [] for sensor in SENSORS}
    for source in sorted((scene / 'lidar').glob('*.pkl.gz')):
        frame = source.name.split('.')[0]
        index = int(frame)
        ego2global = read_pose(poses[index], f'{scene}/lidar/poses.json, frame {index}')
        lidar2global = ego2global @ lidar2ego
        names = {sensor: f'{POINT_FOLDER}/{sensor}/{name}_{frame}.bin' for sensor in SENSORS}
        write_points(source, {sensor: out / path for sensor, path in names.items()},
                     invert_rigid(lidar2global))
        images = {}
        for camera, values in cameras.items():
            cam2global = read_pose(
                values['poses'][index], f'{values["folder"]}/poses.json, frame {index}')
            images[camera] = dict(
                img_path=str((values['folder'] / f'{frame}.jpg').relative_to(root)),
                cam2img=values['cam2img'].tolist(),
                cam2ego=(invert_rigid(ego2global) @ cam2global).tolist(),
                lidar2cam=(invert_rigid(cam2global) @ lidar2global).tolist(),
                timestamp=values['timestamps'][index], sample_data_token=f'{name}_{frame}_{camera}',
                height=values['size'][0], width=values['size'][1])
        for sensor, (_, views) in SENSORS.items():
            items[sensor].append(dict(
                token=f'{name}_{frame}', timestamp=times[index], ego2global=ego2global.tolist(),
                lidar_points=dict(
                    num_pts_feats=4, lidar_path=names[sensor], lidar2ego=lidar2ego.tolist()),
                lidar_sweeps=[], images={view: images[view] for view in views}, instances=[],
                condition=condition, scene_token=name, scene_name=name, camera_sweeps={}))
    return items


def build_infos(root: Path, out: Path) -> list[Path]:
    """Write ``pandaset_infos_<split>_<sensor>.pkl`` and ``points/<sensor>/*.bin``.

    Scenes without semantic labels are left out, as in ScaLR.

    Args:
        root: folder of the scenes.
        out: folder of the info files and clouds; clouds that exist are kept.

    Returns:
        The info files.

    Raises:
        FileNotFoundError: if there is no scene.
    """
    from mmengine.utils import track_iter_progress

    scenes = sorted(path.parents[1].name for path in root.glob('*/annotations/semseg'))
    if not scenes:
        raise FileNotFoundError(
            f'{root} has no <scene>/annotations/semseg, so it is not the root of PandaSet; pass '
            'the folder that holds 001/, 002/, ... with --root')
    infos: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for name in track_iter_progress(scenes):
        place = read_json(root / name / 'meta' / 'gps.json')[0]
        start = read_json(root / name / 'lidar' / 'timestamps.json')[0]
        split = 'train' if place['lat'] > TRAIN_LATITUDE else 'val'
        is_night = sun_elevation(place['lat'], place['long'], start) < NIGHT_ELEVATION
        condition = 'night' if is_night else 'day-clear'
        for sensor, items in build_scene(root, out, name, condition).items():
            infos.setdefault((split, sensor), []).extend(items)
    written = []
    for (split, sensor), items in infos.items():
        for index, item in enumerate(items):
            item['sample_idx'] = index
        path = out / f'pandaset_infos_{split}_{sensor}.pkl'
        write_infos(path, 'pandaset', sensor, items)
        print(f'\n{path}: {len(items)} frames')
        written.append(path)
    return written


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``create_data.py pandaset``.

    Args:
        parser: of the subcommand.
    """
    parser.add_argument('--root', type=Path, required=True,
                        help='folder of the scenes 001/, 002/, ...')
    parser.add_argument('--out', type=Path,
                        help='folder of the infos and clouds (default: the root)')


def run(args: argparse.Namespace) -> int:
    """Run ``create_data.py pandaset``.

    Args:
        args: parsed options.

    Returns:
        0, the exit code.
    """
    build_infos(args.root, args.out or args.root)
    return 0
