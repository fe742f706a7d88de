"""Info files of SemanticKITTI: sequences of KITTI odometry with its left colour camera."""
from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from .image_size import read_image_size
from .info_file import write_infos
from .kitti_infos import CAMERA, make_rigid, read_matrices, split_projection
from .rigid import invert_rigid

SPLITS = {
    'train': tuple(f'{number:02d}' for number in (0, 1, 2, 3, 4, 5, 6, 7, 9, 10)),
    'val': ('08',)}


def read_calibration(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read the calibration of one sequence.

    Args:
        path: of ``calib.txt``.

    Returns:
        cam2img (3, 3) pixels, lidar2cam (4, 4) metres of the left colour camera, and lidar2ref
        (4, 4) of the reference camera, whose poses the data set gives.

    Raises:
        FileNotFoundError: if it does not exist.
        KeyError: if a matrix is missing.
        ValueError: if a matrix is no calibration.
    """
    values = read_matrices(path, dict(P2=12, Tr=12))
    cam2img, offset = split_projection(values['P2'], f'{path}, key P2')
    lidar2ref = make_rigid(values['Tr'], f'{path}, key Tr')
    return cam2img, offset @ lidar2ref, lidar2ref


def read_poses(path: Path, lidar2ref: np.ndarray, count: int) -> list[np.ndarray]:
    """Read where the LiDAR is in each frame.

    Args:
        path: of ``poses.txt``: the reference camera in its own first frame.
        lidar2ref ((4, 4) float): metres.
        count: number of frames.

    Returns:
        (4, 4) each: the LiDAR in its own first frame.

    Raises:
        FileNotFoundError: if it does not exist.
        ValueError: if a line is no pose or there are too few lines.
    """
    if not path.is_file():
        raise FileNotFoundError(f'poses {path} do not exist; extract them with the labels')
    lines = path.read_text().splitlines()
    if len(lines) < count:
        raise ValueError(f'{path} has {len(lines)} poses for {count} frames; extract it again')
    ref2lidar = invert_rigid(lidar2ref)
    return [
        ref2lidar @ make_rigid(np.array(line.split(), dtype=np.float64), f'{path}, line {number}')
        @ lidar2ref for number, line in enumerate(lines[:count], start=1)]


def build_sequence(root: Path, name: str, start: int) -> list[dict[str, Any]]:
    """Build the items of one sequence; the LiDAR frame stands for the ego frame.

    Args:
        root: folder that holds ``sequences/``.
        name: of the sequence, e.g. '08'.
        start: ``sample_idx`` of its first frame.

    Raises:
        FileNotFoundError: if clouds, images or calibration are missing.
    """
    folder = root / 'sequences' / name
    frames = sorted(path.stem for path in (folder / 'velodyne').glob('*.bin'))
    if not frames:
        raise FileNotFoundError(f'{folder} has no velodyne/*.bin; extract the clouds of KITTI '
                                'odometry below sequences/')
    cam2img, lidar2cam, lidar2ref = read_calibration(folder / 'calib.txt')
    # Frames are numbered without gaps in the full data set; a part of it keeps its numbers.
    poses = read_poses(folder / 'poses.txt', lidar2ref, int(frames[-1]) + 1)
    times = [float(line) for line in (folder / 'times.txt').read_text().split()]
    items = []
    for offset, frame in enumerate(frames):
        image = folder / 'image_2' / f'{frame}.png'
        height, width = read_image_size(image)
        token = f'{name}_{frame}'
        items.append(dict(
            sample_idx=start + offset, token=token, timestamp=times[int(frame)],
            ego2global=poses[int(frame)].tolist(),
            lidar_points=dict(
                num_pts_feats=4, lidar_path=f'sequences/{name}/velodyne/{frame}.bin',
                lidar2ego=np.eye(4).tolist()),
            lidar_sweeps=[],
            images={CAMERA: dict(
                img_path=str(image.relative_to(root)), cam2img=cam2img.tolist(),
                cam2ego=invert_rigid(lidar2cam).tolist(), lidar2cam=lidar2cam.tolist(),
                timestamp=times[int(frame)], sample_data_token=token, height=height, width=width)},
            pts_semantic_mask_path=f'sequences/{name}/labels/{frame}.label',
            # KITTI was recorded by day without rain.
            instances=[], condition='day-clear', scene_token=name, scene_name=name,
            camera_sweeps={}))
    return items


def build_infos(root: Path, out: Path) -> list[Path]:
    """Write ``semantickitti_infos_<split>.pkl`` of the sequences that are there.

    Args:
        root: folder that holds ``sequences/``.
        out: folder of the info files.

    Returns:
        The files.

    Raises:
        FileNotFoundError: if no sequence of the two splits is there.
    """
    written = []
    for split, names in SPLITS.items():
        items: list[dict[str, Any]] = []
        present = [name for name in names if (root / 'sequences' / name / 'velodyne').is_dir()]
        for name in present:
            items += build_sequence(root, name, len(items))
        if items:
            path = out / f'semantickitti_infos_{split}.pkl'
            write_infos(path, 'semantickitti', 'odometry', items)
            print(f'{path}: {len(items)} frames of sequences {" ".join(present)}')
            written.append(path)
    if not written:
        raise FileNotFoundError(
            f'{root} has no sequences/<00 to 10>/velodyne, so it is not the root of SemanticKITTI; '
            'pass the folder that holds sequences/ with --root')
    return written


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``create_data.py semantickitti``.

    Args:
        parser: of the subcommand.
    """
    parser.add_argument('--root', type=Path, required=True, help='folder that holds sequences/')
    parser.add_argument('--out', type=Path, help='folder of the info files (default: the root)')


def run(args: argparse.Namespace) -> int:
    """Run ``create_data.py semantickitti``.

    Args:
        args: parsed options.

    Returns:
        0, the exit code.
    """
    build_infos(args.root, args.out or args.root)
    return 0
