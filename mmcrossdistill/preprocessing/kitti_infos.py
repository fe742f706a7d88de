"""Info files of KITTI object frames: velodyne, image_2 and calib."""
from __future__ import annotations

import argparse
import pickle
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mmcrossdistill.datasets.kitti_labels import DONT_CARE, KITTI_CLASSES, read_objects
from mmcrossdistill.utils.atomic_file import write_atomically

from .info_file import write_infos
from .kitti_detection import add_instances, cut_objects
from .rigid import check_intrinsics, check_rigid, invert_rigid

CAMERA = 'CAM2'


def read_matrices(path: Path, sizes: dict[str, int]) -> dict[str, np.ndarray]:
    """Read a calibration file of lines ``key: numbers``.

    Args:
        path: of the file.
        sizes: needed keys and how many numbers each has.

    Returns:
        Flat arrays by key.

    Raises:
        FileNotFoundError: if the file does not exist.
        KeyError: if a key is missing or has another size.
    """
    if not path.is_file():
        raise FileNotFoundError(f'calibration {path} does not exist; extract calib/ of KITTI')
    lines = (line.split(':') for line in path.read_text().splitlines() if ':' in line)
    values = {key: np.array(numbers.split(), dtype=np.float64) for key, numbers in lines}
    for key, size in sizes.items():
        if key not in values or values[key].size != size:
            raise KeyError(f'{path} has no {key} of {size} numbers; extract calib/ of KITTI again')
    return values


def make_rigid(values: np.ndarray, where: str) -> np.ndarray:
    """Shape 9 or 12 numbers as a rigid transform.

    Args:
        values ((9,) or (12,) float): rows of a rotation, or of a rotation with a translation.
        where: file and key, for the message.

    Returns:
        (4, 4) float64.

    Raises:
        ValueError: if it is no rotation.
    """
    matrix = np.eye(4)
    matrix[:3, :values.size // 3] = values.reshape(3, -1)
    return check_rigid(matrix, where)


def split_projection(values: np.ndarray, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Split a projection K [I | t] into intrinsics and the camera's offset.

    The offset of the camera from the reference camera is a part of the extrinsics, so that depth
    is measured in the camera itself.

    Args:
        values ((12,) float): projection of points of the reference camera.
        where: file and key, for the message.

    Returns:
        cam2img (3, 3) pixels, ref2cam (4, 4) metres.

    Raises:
        ValueError: if it has no intrinsics.
    """
    projection = values.reshape(3, 4)
    cam2img = check_intrinsics(projection[:, :3], where)
    offset = np.eye(4)
    offset[:3, 3] = np.linalg.solve(cam2img, projection[:, 3])
    return cam2img, offset


def read_calibration(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read intrinsics and extrinsics of the left colour camera.

    Args:
        path: of the calibration file.

    Returns:
        cam2img (3, 3) pixels; lidar2cam (4, 4), ref2cam (4, 4) metres.

    Raises:
        FileNotFoundError: if it does not exist.
        KeyError: if a matrix is missing.
        ValueError: if a matrix is no calibration.
    """
    values = read_matrices(path, dict(P2=12, R0_rect=9, Tr_velo_to_cam=12))
    cam2img, offset = split_projection(values['P2'], f'{path}, key P2')
    rectification, velodyne = (
        make_rigid(values[key], f'{path}, key {key}') for key in ('R0_rect', 'Tr_velo_to_cam'))
    return cam2img, offset @ rectification @ velodyne, offset


def build_frame(root: Path, name: str, index: int) -> dict[str, Any]:
    """Build the item of one frame; the LiDAR frame stands for the ego frame, poses are unknown.

    Args:
        root: folder with velodyne/, image_2/ and calib/.
        name: of the frame, e.g. '000008'.
        index: ``sample_idx``.

    Raises:
        FileNotFoundError: if the image is missing or unreadable.
    """
    cam2img, lidar2cam, ref2cam = read_calibration(root / 'calib' / f'{name}.txt')
    image_path = root / 'image_2' / f'{name}.png'
    image = cv2.imread(str(image_path))
    if image is None:
        raise FileNotFoundError(
            f'image {image_path} does not exist or cannot be decoded; extract image_2/ of KITTI')
    identity = np.eye(4).tolist()
    return dict(
        sample_idx=index, token=name, timestamp=0.0, ego2global=identity,
        lidar_points=dict(num_pts_feats=4, lidar_path=f'{name}.bin', lidar2ego=identity),
        lidar_sweeps=[],
        images={CAMERA: dict(
            img_path=image_path.name, cam2img=cam2img.tolist(),
            cam2ego=invert_rigid(lidar2cam).tolist(), lidar2cam=lidar2cam.tolist(), timestamp=0.0,
            ref2cam=ref2cam.tolist(), sample_data_token=name, height=image.shape[0],
            width=image.shape[1])},
        # KITTI was recorded by day without rain.
        instances=[], condition='day-clear', scene_token=name, scene_name=name, camera_sweeps={})


def build_infos(
    root: Path, out: Path, image_sets: Path | None = None, with_boxes: bool = False,
) -> list[Path]:
    """Write ``kitti_infos_<split>.pkl``.

    With boxes, the labelled objects of 'train' are cut out, too: ``kitti_dbinfos_train.pkl``.

    Args:
        root: folder with velodyne/, image_2/ and calib/.
        out: folder of the info files.
        image_sets: folder of text files with one frame name per line, each a split; ``None``
            writes all frames as 'train'.
        with_boxes: whether to read label_2/.

    Returns:
        The info files.

    Raises:
        FileNotFoundError: if there are no frames, no splits or no labels.
        ValueError: if a label file is malformed.
    """
    from mmengine.utils import track_iter_progress

    found = sorted(path.stem for path in (root / 'velodyne').glob('*.bin'))
    if not found:
        raise FileNotFoundError(
            f'{root} has no velodyne/*.bin, so it is not a folder of KITTI object frames; pass '
            'the folder that holds velodyne/, image_2/ and calib/ with --root')
    splits = {'train': found}
    if image_sets is not None:
        splits = {path.stem: path.read_text().split() for path in sorted(image_sets.glob('*.txt'))
                  if set(path.read_text().split()) <= set(found)}
        if not splits:
            raise FileNotFoundError(
                f'{image_sets} has no .txt whose frames are all in {root / "velodyne"}; pass the '
                'folder ImageSets of KITTI with --image-sets')
    written = []
    for split, names in splits.items():
        print(f'{split}: {len(names)} frames')
        items = [build_frame(root, name, index)
                 for index, name in enumerate(track_iter_progress(names))]
        if with_boxes:
            for name, item in zip(names, items, strict=True):
                add_instances(root, item, read_objects(root / 'label_2' / f'{name}.txt'))
            if split == 'train':
                write_atomically(out / 'kitti_dbinfos_train.pkl', pickle.dumps(
                    cut_objects(root, out, items), protocol=4))
        path = out / f'kitti_infos_{split}.pkl'
        write_infos(path, 'kitti', 'object', items, [DONT_CARE], KITTI_CLASSES)
        print(f'\n{path}')
        written.append(path)
    return written


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``create_data.py kitti``.

    Args:
        parser: of the subcommand.
    """
    parser.add_argument('--root', type=Path, required=True,
                        help='folder with velodyne/, image_2/ and calib/')
    parser.add_argument('--out', type=Path, help='folder of the info files (default: the root)')
    parser.add_argument('--image-sets', type=Path,
                        help='folder of split lists (default: all frames are train)')
    parser.add_argument('--boxes', action='store_true',
                        help='read label_2/, too: boxes, and objects to paste')


def run(args: argparse.Namespace) -> int:
    """Run ``create_data.py kitti``.

    Args:
        args: parsed options.

    Returns:
        0, the exit code.
    """
    build_infos(args.root, args.out or args.root, args.image_sets, args.boxes)
    return 0
