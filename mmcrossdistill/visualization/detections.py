"""Boxes of a nuScenes submission beside the truth, from above and in the cameras.

Any detector that writes the official json file, from LiDAR or images, can be shown.
"""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from matplotlib.figure import Figure

from mmcrossdistill.datasets.nuscenes_classes import CLASSES, PALETTE
from mmcrossdistill.datasets.transforms.geometry import lidar2img_matrix
from mmcrossdistill.preprocessing.rigid import invert_rigid, rotation_from_quaternion

from .boxes import draw_boxes_on_image
from .image_grid import image_grid

COLOURS = dict(zip(CLASSES, PALETTE, strict=True))
# The order of a surround view: the left of a picture continues the one before it.
_GRID = (('CAM_FRONT_LEFT', 'CAM_FRONT', 'CAM_FRONT_RIGHT'),
         ('CAM_BACK_RIGHT', 'CAM_BACK', 'CAM_BACK_LEFT'))


@dataclass
class Boxes:
    """Boxes of one keyframe in its lidar frame.

    Args:
        places ((N, 7) float): x, y, z of the centre, length, width, height, metres; yaw, radians.
        names: classes.
        scores ((N,) float): confidences; ones for the truth.
    """

    places: np.ndarray
    names: list[str]
    scores: np.ndarray

    def colours(self) -> np.ndarray:
        """Give each box the colour of its class.

        Returns:
            (N, 3) uint8: RGB.
        """
        return np.array([COLOURS[name] for name in self.names], np.uint8).reshape(-1, 3)

    def above(self, score: float) -> Boxes:
        """Keep confident boxes.

        Args:
            score: lowest confidence.
        """
        return self.take(np.flatnonzero(self.scores >= score))

    def take(self, rows: np.ndarray) -> Boxes:
        """Pick boxes.

        Args:
            rows ((M,) int): which.
        """
        return Boxes(self.places[rows], [self.names[row] for row in rows], self.scores[rows])


def read_submission(path: str | Path) -> dict[str, list[dict[str, Any]]]:
    """Read the official json file of results.

    Args:
        path: of the file.

    Returns:
        Boxes in the global frame by token of the keyframe.

    Raises:
        FileNotFoundError: if it does not exist.
        ValueError: if it is no submission.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f'{path} does not exist; write it by tools/test.py CONFIG CHECKPOINT --predictions DIR')
    content = json.loads(path.read_text())
    if not isinstance(content, dict) or not isinstance(content.get('results'), dict):
        raise ValueError(f"{path} is no nuScenes submission: it has no dict under 'results'")
    return content['results']


def predicted_boxes(rows: Sequence[Mapping[str, Any]], info: Mapping[str, Any]) -> Boxes:
    """Bring the boxes of a submission into the lidar frame.

    Args:
        rows: of one keyframe.
        info: of the same keyframe.
    """
    global2lidar = invert_rigid(
        np.asarray(info['ego2global']) @ np.asarray(info['lidar_points']['lidar2ego']))
    places = np.zeros((len(rows), 7))
    for place, row in zip(places, rows, strict=True):
        width, length, height = row['size']
        heading = global2lidar[:3, :3] @ rotation_from_quaternion(row['rotation'])[:, 0]
        place[:3] = global2lidar[:3, :3] @ row['translation'] + global2lidar[:3, 3]
        place[3:] = length, width, height, np.arctan2(heading[1], heading[0])
    return Boxes(places, [row['detection_name'] for row in rows],
                 np.array([row['detection_score'] for row in rows], float))


def true_boxes(info: Mapping[str, Any], classes: Mapping[str, int]) -> Boxes:
    """Read the annotated boxes that a LiDAR point falls into.

    Args:
        info: of a keyframe.
        classes: label by name, the ``categories`` of the infos.
    """
    names = {label: name for name, label in classes.items()}
    rows = [row for row in info['instances']
            if row['bbox_label_3d'] >= 0 and row['num_lidar_pts'] > 0]
    return Boxes(np.array([row['bbox_3d'] for row in rows], float).reshape(-1, 7),
                 [names[row['bbox_label_3d']] for row in rows], np.ones(len(rows)))


def draw_in_cameras(info: Mapping[str, Any], image_folder: Path, boxes: Boxes,
                    width: int = 480) -> dict[str, np.ndarray]:
    """Draw boxes on the images of a keyframe.

    Args:
        info: of the keyframe.
        image_folder: folder with one folder per camera, ``samples`` in nuScenes.
        boxes: in the lidar frame.
        width: of the pictures, pixels.

    Returns:
        (H, width, 3) uint8 by camera.

    Raises:
        FileNotFoundError: if an image does not exist.
    """
    drawn = {}
    for camera, view in info['images'].items():
        path = image_folder / camera / view['img_path']
        image = cv2.imread(str(path))
        if image is None:
            raise FileNotFoundError(f'{path} does not exist or is no image; correct --data-root')
        scale = width / image.shape[1]
        image = cv2.resize(image, (width, round(image.shape[0] * scale)))[..., ::-1]
        matrix = lidar2img_matrix(np.diag([scale, scale, 1.0]) @ np.asarray(view['cam2img']),
                                  np.asarray(view['lidar2cam']))
        drawn[camera] = draw_boxes_on_image(image, boxes.places, boxes.colours(), matrix)
    return drawn


def camera_figure(info: Mapping[str, Any], image_folder: Path, boxes: Mapping[str, Boxes],
                  ) -> Figure:
    """Draw several kinds of boxes in all cameras, one below the other.

    Args:
        info: of the keyframe.
        image_folder: see :func:`draw_in_cameras`.
        boxes: by title.
    """
    rows, titles = [], []
    for name, own in boxes.items():
        drawn = draw_in_cameras(info, image_folder, own)
        for place, cameras in zip(('front', 'back'), _GRID, strict=True):
            present = [camera for camera in cameras if camera in drawn]
            rows.append([drawn[camera] for camera in present])
            titles.append(f'{name}, {place}')
    return image_grid(rows, titles, ('left', 'middle', 'right')[:len(rows[0])],
                      legend=legend(boxes.values()))


def legend(boxes: Iterable[Boxes]) -> dict[str, tuple[int, int, int]]:
    """List the colours of the classes that occur.

    Args:
        boxes: of all kinds.
    """
    present = {name for own in boxes for name in own.names}
    return {name: colour for name, colour in COLOURS.items() if name in present}
