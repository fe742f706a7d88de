"""What weak labels hold, and how far lidarseg agrees."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mmcrossdistill.datasets.label_tables import IGNORE_INDEX
from mmcrossdistill.datasets.nuscenes_classes import CLASSES
from mmcrossdistill.preprocessing.weak_labels.class_sets import nuscenes_index
from mmcrossdistill.preprocessing.weak_labels.projected_labels import PointsInImage

_LABELS = IGNORE_INDEX + 1
UNLABELLED = 'unlabelled'


class LabelStatistics:
    """Counts the pixels and the projected points of each class over images.

    Args:
        names: of the classes; the order numbers them.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.images = 0
        self.pixels = np.zeros(_LABELS, dtype=np.int64)
        self.points = np.zeros((_LABELS, _LABELS), dtype=np.int64)  # weak label, lidarseg

    def add(self, labels: np.ndarray, points: PointsInImage, name: str) -> None:
        """Count one image.

        Args:
            labels ((H, W) int): class, 255 where unlabelled.
            points: that its camera sees.
            name: of the label map, for the message.

        Raises:
            ValueError: if a label has no name.
        """
        counts = np.bincount(labels.ravel(), minlength=_LABELS)
        known = np.zeros(len(counts), dtype=bool)
        known[:len(self.names)] = known[IGNORE_INDEX] = True
        if counts[~known].any():
            raise ValueError(
                f'{name} holds the labels {np.flatnonzero(counts * ~known).tolist()}, the folder '
                f'has {len(self.names)} classes; write it again with tools/preprocess/'
                'weak_labels.py')
        self.images += 1
        self.pixels += counts
        pairs = points.read(labels).astype(np.int64) * _LABELS + points.label
        self.points += np.bincount(pairs, minlength=_LABELS ** 2).reshape(_LABELS, _LABELS)

    def summary(self) -> dict[str, Any]:
        """Turn the counts into shares.

        Returns:
            ``images``, ``pixels``, ``points`` (that cameras see), ``scored_points`` (of them with a
            lidarseg class), ``labelled_pixels`` and ``labelled_points`` (shares), ``accuracy``
            (share of the scored points whose label means their class; unlabelled is wrong),
            ``agreement`` (the same among scored points whose label means a class of nuScenes), and
            ``classes``: per class and for 'unlabelled' the share of ``pixels`` and ``points``, and
            ``precision``, ``recall`` and ``iou`` on the scored points. ``None`` where there is
            nothing to divide by.
        """
        meant = nuscenes_index(self.names)
        rows = np.arange(len(self.names))
        scored = self.points[:, :len(CLASSES)]
        right = np.where(meant == IGNORE_INDEX, 0, self.points[rows, meant])
        labelled = scored[rows].sum(axis=1)
        true = np.where(meant == IGNORE_INDEX, 0, self.points[:, meant].sum(axis=0))
        total_pixels, total_points = self.pixels.sum(), self.points.sum()
        by_class = [dict(
            name=name, meant=None if meant[row] == IGNORE_INDEX else CLASSES[meant[row]],
            pixels=_share(self.pixels[row], total_pixels),
            points=_share(self.points[row].sum(), total_points),
            precision=_share(right[row], labelled[row]), recall=_share(right[row], true[row]),
            iou=_share(right[row], labelled[row] + true[row] - right[row]))
            for row, name in enumerate(self.names)]
        without = dict(
            name=UNLABELLED, meant=None, pixels=_share(self.pixels[IGNORE_INDEX], total_pixels),
            points=_share(self.points[IGNORE_INDEX].sum(), total_points), precision=None,
            recall=None, iou=None)
        return dict(
            images=self.images, pixels=int(total_pixels), points=int(total_points),
            scored_points=int(scored.sum()),
            labelled_pixels=_share(total_pixels - self.pixels[IGNORE_INDEX], total_pixels),
            labelled_points=_share(
                total_points - self.points[IGNORE_INDEX].sum(), total_points),
            accuracy=_share(right.sum(), scored.sum()),
            agreement=_share(right.sum(), labelled[meant != IGNORE_INDEX].sum()),
            classes=[*by_class, without])


def _share(part: int, whole: int) -> float | None:
    """Divide counts; ``None`` for 0 of 0."""
    return round(float(part) / float(whole), 5) if whole else None
