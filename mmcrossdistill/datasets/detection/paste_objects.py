"""Objects of other frames, pasted into a frame."""
from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

import mmengine
import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mmcrossdistill.datasets.kitti_boxes import rows_in_boxes
from mmcrossdistill.models.layers.box_ops import rotated_overlap
from mmcrossdistill.registry import TRANSFORMS

_GROUND = [0, 1, 3, 4, 6]  # columns of a box that make a rectangle on the ground


@TRANSFORMS.register_module()
class PasteObjects(BaseTransform):
    """Add labelled objects with their points until a class has a number of boxes.

    An object is left out where it would overlap another box on the ground; the frame's points
    inside a pasted box are removed. A class without objects is pasted nothing of.
    Source: SECOND (Yan et al., Sensors 2018), ground truth sampling; OpenPCDet's settings.
    mmdet3d's ``ObjectSample`` does not run beside numpy 1.24 to 1.26, cannot do without a class,
    and knows nothing of fractions.

    Args:
        info_path: ``kitti_dbinfos_train.pkl`` of ``tools/create_data.py kitti --boxes``.
        data_root: folder below which its files are.
        counts: class to the number of boxes in a frame, in the order in which they are added.
        min_points: class to the number of points that an object needs.
        classes: detection classes, in the order of their labels.

    Raises:
        FileNotFoundError: if the objects do not exist.
        ValueError: if a class is not among the detection classes.
    """

    def __init__(self, info_path: str, data_root: str, counts: Mapping[str, int],
                 min_points: Mapping[str, int], classes: list[str]) -> None:
        if unknown := {*counts, *min_points} - {*classes}:
            raise ValueError(f'PasteObjects: {sorted(unknown)} are not of {classes}')
        if not Path(info_path).is_file():
            raise FileNotFoundError(
                f'{info_path} does not exist; write it with tools/create_data.py kitti --boxes')
        database = mmengine.load(info_path)
        self.data_root = Path(data_root)
        self.counts = dict(counts)
        self.labels = {name: label for label, name in enumerate(classes)}
        self.pools = {
            name: [item for item in database.get(name, ())
                   if item['difficulty'] >= 0
                   and item['num_points_in_gt'] >= min_points.get(name, 1)]
            for name in counts}

    def keep_frames(self, tokens: Container[str]) -> None:
        """Forget the objects of other frames.

        Args:
            tokens: of the frames whose labels may be used.
        """
        self.pools = {name: [item for item in pool if item['image_idx'] in tokens]
                      for name, pool in self.pools.items()}

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Paste.

        Args:
            results: data dict with mmdet3d's ``points``, ``gt_bboxes_3d`` and ``gt_labels_3d``.
        """
        boxes = results['gt_bboxes_3d'].tensor.numpy()
        labels = results['gt_labels_3d']
        pasted: list[dict[str, Any]] = []
        for name, count in self.counts.items():
            wanted = count - int((labels == self.labels[name]).sum())
            pool = self.pools[name]
            for row in np.random.permutation(len(pool))[:max(wanted, 0)]:
                box = pool[row]['box3d_lidar'][None]
                if not _overlaps(box, boxes):
                    pasted.append(pool[row])
                    boxes = np.concatenate([boxes, box.astype(boxes.dtype)])
        if pasted:
            self._add(results, boxes, pasted)
        return results

    def _add(self, results: dict[str, Any], boxes: np.ndarray, pasted: list[dict]) -> None:
        """Change the frame.

        Args:
            results: data dict, changed in place.
            boxes ((N, 7) float32): old and new ones.
            pasted: objects of the new ones.
        """
        cloud = results['points']
        new = boxes[-len(pasted):]
        kept = np.ones(len(cloud), dtype=bool)
        for rows in rows_in_boxes(cloud.tensor.numpy(), new):
            kept[rows] = False
        parts = [cloud.tensor[torch.from_numpy(kept)]]
        for item, box in zip(pasted, new, strict=True):
            points = np.fromfile(self.data_root / item['path'], np.float32).reshape(-1, 4)
            points[:, :3] += box[:3]
            parts.append(torch.from_numpy(points))
        results['points'] = cloud.new_point(torch.cat(parts))
        results['gt_bboxes_3d'] = results['gt_bboxes_3d'].new_box(boxes)
        results['gt_labels_3d'] = np.concatenate([
            results['gt_labels_3d'], [self.labels[item['name']] for item in pasted]]).astype(
                np.int64)


def _overlaps(box: np.ndarray, others: np.ndarray) -> bool:
    """Tell whether a box stands on the ground of another one.

    Args:
        box ((1, 7) float): the box.
        others ((N, 7) float): the other ones.
    """
    first, second = (torch.from_numpy(rows[:, _GROUND]) for rows in (box, others))
    return bool((rotated_overlap(first, second) > 0).any())
