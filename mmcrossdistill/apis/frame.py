"""One frame as a user gives it: images and / or points, with calibration."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mmcrossdistill.datasets.transforms import LoadImages, LoadPoints
from mmcrossdistill.datasets.transforms.image_aug import resize_image

_KEYS = ('imgs', 'points', 'num_pts_feats', 'cam2img', 'lidar2cam', 'view_names')


@dataclass(frozen=True, eq=False)
class Frame:
    """Images and points of one moment.

    Args:
        imgs (V arrays (H, W, 3) uint8): RGB; the sizes may differ.
        points ((N, 4) float32): x, y, z in the lidar frame, metres, and raw intensity.
        cam2img ((V, 3, 3) float): intrinsics, pixels of the given images; ``None`` if unknown.
        lidar2cam ((V, 4, 4) float): extrinsics, metres; ``None`` if unknown.
        view_names: one per image.
    """

    imgs: tuple[np.ndarray, ...]
    points: np.ndarray
    cam2img: np.ndarray | None
    lidar2cam: np.ndarray | None
    view_names: tuple[str, ...]


def shrink_frame(frame: Frame, max_width: int) -> Frame:
    """Make images small for showing; the intrinsics follow.

    Args:
        frame: of any size.
        max_width: of an image, pixels; smaller ones stay.

    Returns:
        The same frame with pixels of the small images.
    """
    imgs, cam2img = [], None if frame.cam2img is None else frame.cam2img.copy()
    for view, image in enumerate(frame.imgs):
        height, width = image.shape[:2]
        size = (round(height * min(1, max_width / width)), min(width, max_width))
        imgs.append(resize_image(image, size))
        if cam2img is not None:
            cam2img[view] = np.diag([size[1] / width, size[0] / height, 1]) @ cam2img[view]
    return replace(frame, imgs=tuple(imgs), cam2img=cam2img)


def read_frame(given: Any) -> Frame:
    """Read one frame.

    Args:
        given: a path of an image, an (H, W, 3) uint8 RGB array, a :class:`Frame`, an item of
            ``PairedImageLidarDataset.get_data_info``, or a dict with ``imgs`` (one or a list of
            paths and arrays) and / or ``points`` (an (N, 4+) array, or the path of a float32 file
            with ``num_pts_feats`` values per point) and optionally ``cam2img`` (V, 3, 3),
            ``lidar2cam`` (V, 4, 4) and ``view_names``.

    Returns:
        The frame.

    Raises:
        FileNotFoundError: if a file does not exist.
        KeyError: if a key of the dict is unknown, or ``num_pts_feats`` is missing.
        ValueError: if an array or a file has the wrong layout.
    """
    if isinstance(given, Frame):
        return given
    if not isinstance(given, Mapping):
        given = {'imgs': given}
    elif 'lidar_points' in given and 'images' in given:
        given = _from_info(given)
    if unknown := sorted(set(given) - set(_KEYS)):
        raise KeyError(f'a frame has the keys {_KEYS}, not {unknown}')
    if not {'imgs', 'points'} & set(given):
        raise ValueError('a frame needs imgs or points')
    imgs = given.get('imgs', [])
    imgs = [imgs] if isinstance(imgs, (str, Path, np.ndarray)) else list(imgs)
    names = tuple(given.get('view_names') or (f'view {row}' for row in range(len(imgs))))
    if len(names) != len(imgs):
        raise ValueError(f'{len(names)} view_names for {len(imgs)} images')
    return Frame(
        tuple(_read_image(img, name) for img, name in zip(imgs, names, strict=True)),
        _read_points(given), _matrices(given, 'cam2img', len(imgs), 3),
        _matrices(given, 'lidar2cam', len(imgs), 4), names)


def _from_info(info: Mapping[str, Any]) -> dict[str, Any]:
    """Take the files and the calibration of a data set's item."""
    names = info['view_names']
    images = [info['images'][name] for name in names]
    return dict(
        imgs=[image['img_path'] for image in images],
        points=info['lidar_points']['lidar_path'],
        num_pts_feats=info['lidar_points']['num_pts_feats'],
        cam2img=np.array([image['cam2img'] for image in images])[:, :3, :3],
        lidar2cam=np.array([image['lidar2cam'] for image in images]), view_names=names)


def _read_image(image: str | Path | np.ndarray, name: str) -> np.ndarray:
    """Read or check one image.

    Args:
        image: path, or RGB array.
        name: of the view, for the message.

    Raises:
        ValueError: if an array is no RGB image.
    """
    if isinstance(image, np.ndarray):
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(
                f'the image of {name} is {image.dtype} of shape {image.shape}, not (H, W, 3) '
                'uint8 RGB')
        return image
    view = {'view_names': [name], 'images': {name: {'img_path': str(image)}}}
    return LoadImages().transform(view)['imgs'][0]


def _read_points(given: Mapping[str, Any]) -> np.ndarray:
    """Read or check the cloud.

    Args:
        given: the frame.

    Raises:
        KeyError: if the layout of a file is not said.
        ValueError: if an array is no cloud.
    """
    points = given.get('points')
    if points is None:
        return np.zeros((0, 4), dtype=np.float32)
    if isinstance(points, (str, Path)):
        if 'num_pts_feats' not in given:
            raise KeyError(
                f'{points}: say how many float32 values a point has, num_pts_feats=5 for nuScenes '
                'and 4 for KITTI')
        cloud = {'lidar_path': str(points), 'num_pts_feats': given['num_pts_feats']}
        return LoadPoints().transform({'lidar_points': cloud})['points']
    points = np.asarray(points, dtype=np.float32)
    if points.ndim != 2 or points.shape[1] < 4 or not np.isfinite(points).all():
        raise ValueError(
            f'points of shape {points.shape} are not (N, 4+) finite x, y, z, intensity, ...')
    return np.ascontiguousarray(points[:, :4])


def _matrices(given: Mapping[str, Any], key: str, views: int, size: int) -> np.ndarray | None:
    """Read one calibration matrix per view.

    Args:
        given: the frame.
        key: of the matrices.
        views: how many.
        size: rows and columns.

    Raises:
        ValueError: if the shape is wrong.
    """
    values: Sequence | np.ndarray | None = given.get(key)
    if values is None:
        return None
    matrices = np.asarray(values, dtype=np.float64)
    matrices = matrices[None] if matrices.ndim == 2 else matrices
    if matrices.shape != (views, size, size):
        raise ValueError(
            f'{key} has the shape {matrices.shape}, {views} images need {(views, size, size)}')
    return matrices
