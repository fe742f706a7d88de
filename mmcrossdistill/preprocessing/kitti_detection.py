"""What detection needs beside the frames of KITTI: boxes, and objects to paste.

mmdet3d's ``KittiDataset`` opens the info files, and its ``ObjectSample`` finds the objects as it
wants them; ours are ``KittiDetectionDataset`` and ``PasteObjects``.
"""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmcrossdistill.datasets.kitti_boxes import boxes_in_lidar, rows_in_boxes
from mmcrossdistill.datasets.kitti_labels import DONT_CARE, KITTI_CLASSES, KittiObjects
from mmcrossdistill.datasets.transforms.geometry import lidar2img_matrix, project_points
from mmcrossdistill.datasets.transforms.loading import read_points
from mmcrossdistill.evaluation.kitti_ap import DIFFICULTIES
from mmcrossdistill.utils.atomic_file import write_atomically

OBJECTS_FOLDER = 'kitti_gt_database'


def difficulty_of(objects: KittiObjects) -> np.ndarray:
    """Find the easiest difficulty at which each object counts.

    Args:
        objects: N labels.

    Returns:
        (N,) int64: 0 easy, 1 moderate, 2 hard, -1 none.
    """
    height = objects.bbox[:, 3] - objects.bbox[:, 1]
    level = np.full(len(objects), -1)
    for index, limit in reversed(list(enumerate(DIFFICULTIES.values()))):
        counts = ((height > limit.min_height) & (objects.occluded <= limit.max_occlusion)
                  & (objects.truncated <= limit.max_truncation))
        level[counts] = index
    return level


def read_view(root: Path, info: dict[str, Any]) -> np.ndarray:
    """Read the points that the labelled image shows; nobody labelled the others.

    Args:
        root: folder with velodyne/.
        info: item of the frame.

    Returns:
        (N, 4) float32: x, y, z, intensity.
    """
    image = info['images']['CAM2']
    points = read_points(root / 'velodyne' / info['lidar_points']['lidar_path'], 4)
    matrix = lidar2img_matrix(np.array(image['cam2img']), np.array(image['lidar2cam']))
    index, _, _ = project_points(
        points, matrix, (image['height'], image['width']), min_depth=0.0, border='inside')
    return points[index]


def add_instances(root: Path, info: dict[str, Any], objects: KittiObjects) -> None:
    """Put mmdet3d's v2 instances into the item of a frame.

    Boxes are in the frame of the labelled image's camera (centre of the bottom, length, height,
    width, rotation), as ``lidar2cam`` of our items is; label files, and mmdet3d's own infos, are in
    that of the reference camera, 6 cm beside (``ref2cam``).

    Args:
        root: folder with velodyne/.
        info: item of the frame, changed in place.
        objects: its label file.
    """
    image = info['images']['CAM2']
    is_object = objects.name != DONT_CARE
    objects.location[is_object] += np.array(image['ref2cam'])[:3, 3]
    boxes = np.concatenate(
        [objects.location, objects.size, objects.rotation_y[:, None]], axis=1)
    in_lidar = boxes_in_lidar(boxes, np.array(image['lidar2cam']))
    points = [len(rows) for rows in rows_in_boxes(read_view(root, info), in_lidar)]
    pixels = objects.location @ np.array(image['cam2img']).T
    levels = difficulty_of(objects)
    group = np.where(is_object, is_object.cumsum() - 1, -1)
    info['instances'] = [dict(
        bbox=objects.bbox[row].tolist(),
        bbox_label=_label(objects.name[row]),
        bbox_3d=boxes[row].tolist(),
        bbox_label_3d=_label(objects.name[row]),
        depth=float(objects.location[row, 2]),
        center_2d=(pixels[row, :2] / pixels[row, 2]).tolist(),
        num_lidar_pts=points[row] if is_object[row] else -1,
        difficulty=int(levels[row]),
        truncated=float(objects.truncated[row]),
        occluded=int(objects.occluded[row]),
        alpha=float(objects.alpha[row]),
        score=0.0,
        index=int(group[row]),
        group_id=int(group[row])) for row in range(len(objects))]


def cut_objects(root: Path, out: Path, infos: Sequence[dict[str, Any]]) -> dict[str, list]:
    """Write the points of each labelled object to a file of its own, relative to its box.

    Args:
        root: folder with velodyne/.
        out: folder of :data:`OBJECTS_FOLDER`.
        infos: items with instances.

    Returns:
        mmdet3d's database: class to objects; every class is there.
    """
    database: dict[str, list] = {name: [] for name in KITTI_CLASSES}
    for info in infos:
        points = read_view(root, info)
        items = [item for item in info['instances'] if item['bbox_label'] >= 0]
        boxes = boxes_in_lidar(
            np.array([item['bbox_3d'] for item in items]).reshape(-1, 7),
            np.array(info['images']['CAM2']['lidar2cam']))
        for item, box, inside in zip(items, boxes, rows_in_boxes(points, boxes), strict=True):
            name = KITTI_CLASSES[item['bbox_label']]
            path = Path(OBJECTS_FOLDER, f'{info["token"]}_{name}_{item["index"]}.bin')
            own = points[inside]
            own[:, :3] -= box[:3].astype(np.float32)
            write_atomically(out / path, own.tobytes())
            database[name].append(dict(
                name=name, path=str(path), image_idx=info['token'], gt_idx=item['index'],
                box3d_lidar=box.astype(np.float32), num_points_in_gt=len(inside),
                difficulty=item['difficulty'], group_id=item['group_id'], score=0.0))
    return database


def _label(name: str) -> int:
    """Number a class as mmdet3d does; -1 for regions without labels and unknown names."""
    return KITTI_CLASSES.index(name) if name in KITTI_CLASSES else -1
