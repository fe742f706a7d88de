"""Info file of single frames: folders that each hold a ``frame.json``, a cloud and images."""
from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from .conditions import condition_of, count_conditions
from .info_file import DETECTION_CLASSES, write_infos
from .rigid import check_intrinsics, check_rigid, invert_rigid

FRAME_FILE = 'frame.json'


def build_frame(path: Path, root: Path, index: int) -> dict[str, Any]:
    """Build the item of one frame.

    Needed are ``sample_token``, ``scene``, ``lidar`` {file, num_feats} and, per camera, {file,
    cam2img, lidar2cam, height, width}; poses, timestamps, boxes and sweeps are optional. Without
    an ego frame the LiDAR frame takes its place. Paths are relative to the root.

    Args:
        path: of the ``frame.json``.
        root: folder that the infos' paths are relative to.
        index: ``sample_idx``.

    Raises:
        KeyError: if a key is missing.
        ValueError: if a calibration is no rotation or no intrinsics, or the file no json.
    """
    try:
        frame = json.loads(path.read_text())
        lidar, cameras = frame['lidar'], frame['cameras']
        identity = np.eye(4).tolist()
        lidar2ego = check_rigid(lidar.get('lidar2ego', identity), f'{path}, key lidar.lidar2ego')
        pose_key = 'ego2global' if 'ego2global' in lidar else 'lidar2global'
        pose = check_rigid(lidar.get(pose_key, identity), f'{path}, key lidar.{pose_key}')
        images = {name: _build_image(camera, path, root, f'cameras.{name}', lidar2ego)
                  for name, camera in cameras.items()}
        sweeps = [_build_sweep(sweep, path, root, f'sweeps[{number}]')
                  for number, sweep in enumerate(frame.get('sweeps', ()))]
        return dict(
            sample_idx=index, token=frame['sample_token'], timestamp=_seconds({**frame, **lidar}),
            ego2global=pose.tolist(),
            lidar_points=dict(
                num_pts_feats=lidar['num_feats'], lidar_path=_relative(path, root, lidar['file']),
                lidar2ego=lidar2ego.tolist()),
            lidar_sweeps=sweeps, images=images,
            instances=[_build_instance(box) for box in frame.get('boxes', ())],
            condition=condition_of(frame.get('condition', '')), scene_token=frame['scene'],
            scene_name=frame['scene'], camera_sweeps={})
    except json.JSONDecodeError as error:
        raise ValueError(f'{path} is not valid json ({error}); write it again') from error
    except KeyError as error:
        raise KeyError(f'{path} lacks the key {error}; add it (docs: your own data)') from error


def _relative(path: Path, root: Path, name: str) -> str:
    """Make a file's path relative to the root.

    Args:
        path: of the ``frame.json``.
        root: folder of the data.
        name: the file as the frame names it.
    """
    return str((path.parent / name).relative_to(root))


def _seconds(entry: dict[str, Any]) -> float:
    """Read a timestamp.

    Args:
        entry: with ``timestamp_s`` or ``timestamp_us``, or neither.

    Returns:
        Seconds; 0 where there is none.
    """
    return entry.get('timestamp_s', entry.get('timestamp_us', 0) / 1e6)


def _build_image(
    camera: dict[str, Any], path: Path, root: Path, key: str, lidar2ego: np.ndarray,
) -> dict[str, Any]:
    """Build the entry of one camera.

    Args:
        camera: of the frame.
        path: of the ``frame.json``.
        root: folder of the data.
        key: of the camera, for the message.
        lidar2ego ((4, 4) float): for a camera without ``cam2ego``.
    """
    lidar2cam = check_rigid(camera['lidar2cam'], f'{path}, key {key}.lidar2cam')
    cam2img = check_intrinsics(camera['cam2img'], f'{path}, key {key}.cam2img')
    cam2ego = check_rigid(camera.get('cam2ego', lidar2ego @ invert_rigid(lidar2cam)),
                          f'{path}, key {key}.cam2ego')
    return dict(
        img_path=_relative(path, root, camera['file']), cam2img=cam2img.tolist(),
        cam2ego=cam2ego.tolist(), lidar2cam=lidar2cam.tolist(),
        timestamp=_seconds(camera), sample_data_token=Path(camera['file']).stem,
        height=camera['height'], width=camera['width'])


def _build_sweep(sweep: dict[str, Any], path: Path, root: Path, key: str) -> dict[str, Any]:
    """Build the entry of one neighbouring LiDAR sweep.

    Args:
        sweep: of the frame.
        path: of the ``frame.json``.
        root: folder of the data.
        key: of the sweep, for the message.
    """
    pose = check_rigid(sweep['lidar2global'], f'{path}, key {key}.lidar2global')
    sweep2key = check_rigid(sweep['sweep2key'], f'{path}, key {key}.sweep2key')
    return dict(
        timestamp=_seconds(sweep), ego2global=pose.tolist(),
        sample_data_token=Path(sweep['file']).stem,
        lidar_points=dict(
            lidar_path=_relative(path, root, sweep['file']), lidar2ego=np.eye(4).tolist(),
            lidar2sensor=invert_rigid(sweep2key).tolist()))


def _build_instance(box: dict[str, Any]) -> dict[str, Any]:
    """Build one box.

    Args:
        box: of the frame: gravity centre, l/w/h, yaw about +z, in the LiDAR frame.
    """
    name = box['name']
    label = DETECTION_CLASSES.index(name) if name in DETECTION_CLASSES else -1
    return dict(
        bbox_3d=[*box['center'], *box['lwh'], box['yaw']], bbox_label=label, bbox_label_3d=label,
        velocity=list(box.get('velocity_lidar_xy', (float('nan'), float('nan')))),
        num_lidar_pts=box['num_lidar_pts'], num_radar_pts=0,
        bbox_3d_isvalid=box['num_lidar_pts'] > 0)


def build_infos(root: Path, out: Path) -> Path:
    """Write ``frames_infos.pkl``.

    Args:
        root: folder whose sub-folders hold a ``frame.json`` each.
        out: folder of the info file.

    Returns:
        The file.

    Raises:
        FileNotFoundError: if there is no frame.
    """
    paths = sorted(root.glob(f'*/{FRAME_FILE}'))
    if not paths:
        raise FileNotFoundError(
            f'{root} has no sub-folder with a {FRAME_FILE}; pass the folder above the frames with '
            '--root')
    data_list = [build_frame(path, root, index) for index, path in enumerate(paths)]
    target = out / 'frames_infos.pkl'
    write_infos(target, 'frames', 'frame.json', data_list)
    counts = count_conditions(item['condition'] for item in data_list)
    print(f'{target}: {len(data_list)} keyframes, {counts}')
    return target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``create_data.py frames``.

    Args:
        parser: of the subcommand.
    """
    parser.add_argument('--root', type=Path, required=True,
                        help=f'folder whose sub-folders hold a {FRAME_FILE}')
    parser.add_argument('--out', type=Path, help='folder of the info file (default: the root)')


def run(args: argparse.Namespace) -> int:
    """Run ``create_data.py frames``.

    Args:
        args: parsed options.

    Returns:
        0, the exit code.
    """
    build_infos(args.root, args.out or args.root)
    return 0
