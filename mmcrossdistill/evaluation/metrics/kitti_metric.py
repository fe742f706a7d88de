"""KITTI's object detection benchmark."""
from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mmengine
import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log

from mmcrossdistill.datasets.kitti_labels import DONT_CARE, KittiObjects, write_objects
from mmcrossdistill.evaluation.kitti_ap import (
    CLASS_RULES,
    DIFFICULTIES,
    KINDS,
    RECALL_POSITIONS,
    evaluate,
)
from mmcrossdistill.registry import METRICS

from .conditions import format_table

_NEAREST = 0.1  # metres: corners behind the camera are drawn as if they were here


@METRICS.register_module()
class KittiMetric(BaseMetric):
    """Average precision in the image, on the ground and in space by class and difficulty.

    Keys: ``<class>_<kind>_<difficulty>``, percent, with kinds bbox, aos, bev, 3d, and
    ``mean_<kind>_<difficulty>`` over the classes that have labels. NaN where no label counts.
    Frames are found by the name of their cloud, so a part of the file may be evaluated, too.
    Needs neither CUDA nor mmdet3d; predictions are those of mmdet3d's detectors.
    Source: KITTI's development kit; see :mod:`mmcrossdistill.evaluation.kitti_ap`.

    Args:
        ann_file: info file of ``tools/create_data.py kitti`` or of mmdet3d.
        kinds: what to evaluate, of 'bbox', 'bev' and '3d'.
        recall_positions: 40, or 11 as before 2019.
        camera: key of the image that was labelled.
        output_dir: folder for result files that the official evaluator reads, or ``None``.
        collect_device: passed to MMEngine.
        prefix: of the keys.

    Raises:
        ValueError: if ``kinds`` or ``recall_positions`` is unknown.
    """

    default_prefix = 'kitti'

    def __init__(
        self, ann_file: str, kinds: Sequence[str] = KINDS, recall_positions: int = 40,
        camera: str = 'CAM2', output_dir: str | None = None, collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        if unknown := set(kinds) - set(KINDS):
            raise ValueError(f'kinds {sorted(unknown)} are not of {KINDS}')
        if recall_positions not in RECALL_POSITIONS:
            raise ValueError(
                f'recall_positions={recall_positions} is not one of {tuple(RECALL_POSITIONS)}')
        self.ann_file = ann_file
        self.kinds = tuple(kinds)
        self.recall_positions = recall_positions
        self.camera = camera
        self.output_dir = None if output_dir is None else Path(output_dir)
        self._infos: dict[str, dict] = {}
        self._label_names: dict[int, str] = {}

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Bring the boxes of one batch into the camera frame.

        Args:
            data_batch: unused.
            data_samples: samples with ``pred_instances_3d`` and ``lidar_path``, as dicts.

        Raises:
            KeyError: if a frame is not in the info file.
        """
        if not self._infos:
            self._read_infos()
        for sample in data_samples:
            name = Path(sample['lidar_path']).stem
            if name not in self._infos:
                raise KeyError(
                    f'{self.ann_file} has no frame {name!r}; set ann_file of the evaluator to '
                    'that of the data set')
            predicted = sample['pred_instances_3d']
            boxes, scores, labels = (
                value.detach().cpu().double().numpy() for value in (
                    predicted['bboxes_3d'].tensor, predicted['scores_3d'],
                    predicted['labels_3d']))
            names = [self.dataset_meta['classes'][int(label)] for label in labels]
            self.results.append((name, objects_in_camera(
                boxes[:, :7], scores, names, self._infos[name]['images'][self.camera])))

    def compute_metrics(self, results: list[tuple[str, KittiObjects]]) -> dict[str, float]:
        """Evaluate all frames, write the result files, log a table.

        Args:
            results: name and detections of each frame.
        """
        if not self._infos:
            self._read_infos()
        if self.output_dir is not None:
            for name, detections in results:
                image = self._infos[name]['images'][self.camera]
                write_objects(
                    self.output_dir / f'{name}.txt', in_reference_camera(detections, image))
        names = [name for name in CLASS_RULES if name in self.dataset_meta['classes']]
        truths = [self._truths(name) for name, _ in results]
        metrics = evaluate(truths, [detections for _, detections in results], names,
                           self.kinds, self.recall_positions)
        columns = [f'{kind}_{level}' for kind in self.kinds for level in DIFFICULTIES]
        if 'bbox' in self.kinds:
            columns += [f'aos_{level}' for level in DIFFICULTIES]
        for column in columns:
            values = [metrics[f'{name}_{column}'] for name in names]
            known = [value for value in values if not math.isnan(value)]
            metrics[f'mean_{column}'] = sum(known) / len(known) if known else math.nan
        rows = {name: [f'{metrics[f"{name}_{column}"]:.2f}' for column in columns]
                for name in [*names, 'mean']}
        print_log(format_table(f'AP {self.recall_positions}', columns, rows), logger='current')
        return metrics

    def _read_infos(self) -> None:
        """Open the info file.

        Raises:
            KeyError: if it has no labels.
        """
        content = mmengine.load(self.ann_file)
        categories = content['metainfo']['categories']
        self._label_names = {label: name for name, label in categories.items()}
        self._label_names[-1] = DONT_CARE
        self._infos = {
            Path(info['lidar_points']['lidar_path']).stem: info for info in content['data_list']}
        if not any(info.get('instances') for info in self._infos.values()):
            raise KeyError(
                f'{self.ann_file} has no labels (key instances); run tools/create_data.py kitti '
                'on a folder with label_2/')

    def _truths(self, name: str) -> KittiObjects:
        """Labels of one frame.

        Args:
            name: of the frame.
        """
        instances = self._infos[name]['instances']
        rows = []
        for item in instances:
            x, y, z, length, height, width, rotation = item['bbox_3d']
            rows.append((item['truncated'], item['occluded'], item['alpha'], *item['bbox'],
                         height, width, length, x, y, z, rotation, 0))
        return KittiObjects.from_rows(
            [self._label_names[item['bbox_label']] for item in instances], np.array(rows))


def objects_in_camera(
    boxes: np.ndarray, scores: np.ndarray, names: Sequence[str], image: dict[str, Any],
) -> KittiObjects:
    """Bring boxes of the LiDAR frame into the camera frame and draw them into the image.

    Boxes whose centre is behind the camera or that lie outside the image are dropped: nobody
    labelled there.

    Args:
        boxes ((N, 7) float): centre of the bottom, length, width, height, yaw about +z, in the
            LiDAR frame.
        scores ((N,) float): confidences.
        names: N classes.
        image: info of the image, with ``lidar2cam``, ``cam2img``, ``height`` and ``width``.
    """
    lidar2cam = np.asarray(image['lidar2cam'], dtype=np.float64)
    cam2img = np.eye(4)
    given = np.asarray(image['cam2img'], dtype=np.float64)
    cam2img[:given.shape[0], :given.shape[1]] = given
    location = boxes[:, :3] @ lidar2cam[:3, :3].T + lidar2cam[:3, 3]
    size = boxes[:, [3, 5, 4]]
    rotation = _wrap(-boxes[:, 6] - np.pi / 2)
    corners = _corners(location, size, rotation)
    corners[..., 2] = np.maximum(corners[..., 2], _NEAREST)
    pixels = corners @ cam2img[:3, :3].T + cam2img[:3, 3]
    pixels = pixels[..., :2] / pixels[..., 2:]
    limits = np.array([image['width'], image['height']], dtype=np.float64)
    low, high = pixels.min(axis=1), pixels.max(axis=1)
    is_seen = (location[:, 2] > 0) & (low < limits).all(axis=1) & (high > 0).all(axis=1)
    bbox = np.concatenate([low.clip(0, limits), high.clip(0, limits)], axis=1)
    unknown = np.full(len(boxes), -1.0)
    alpha = _wrap(rotation - np.arctan2(location[:, 0], location[:, 2]))
    return KittiObjects(
        np.array(names, dtype=str), unknown, unknown, alpha, bbox, size, location, rotation,
        scores)[is_seen]


def in_reference_camera(objects: KittiObjects, image: dict[str, Any]) -> KittiObjects:
    """Go from the labelled image's camera to the reference camera, in which label files are.

    Args:
        objects: in the camera frame.
        image: info of the image; without ``ref2cam`` (mmdet3d's files) the two are the same.
    """
    offset = np.asarray(image.get('ref2cam', np.eye(4)))[:3, 3]
    return KittiObjects(**vars(objects) | dict(location=objects.location - offset))


def _corners(location: np.ndarray, size: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Corners of boxes in the camera frame.

    Args:
        location ((N, 3) float): centres of the bottoms.
        size ((N, 3) float): length, height, width.
        rotation ((N,) float): about the axis downwards.

    Returns:
        (N, 8, 3) float64: metres.
    """
    signs = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-1, 0) for z in (-0.5, 0.5)])
    x, y, z = np.moveaxis(signs * size[:, None], -1, 0)
    cos, sin = np.cos(rotation)[:, None], np.sin(rotation)[:, None]
    return np.stack([cos * x + sin * z, y, cos * z - sin * x], axis=-1) + location[:, None]


def _wrap(angles: np.ndarray) -> np.ndarray:
    """Bring angles into [-pi, pi)."""
    return (angles + np.pi) % (2 * np.pi) - np.pi
