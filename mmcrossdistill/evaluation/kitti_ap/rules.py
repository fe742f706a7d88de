"""Which objects count for a class at a difficulty."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmcrossdistill.datasets.kitti_labels import KittiObjects

# Roles of an object: it counts, it may be matched without a trace, it is not looked at.
COUNTS, IGNORED, OTHER = 0, 1, -1


@dataclass(frozen=True)
class ClassRule:
    """What is asked of one class.

    Args:
        min_overlap: intersection over union that a detection has to exceed.
        neighbours: classes so similar that detections of them are no mistakes.
    """

    min_overlap: float
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difficulty:
    """Which labels are hard enough to be left out.

    Args:
        min_height: of the box in the image, exclusive for labels, inclusive for detections, pixels.
        max_occlusion: level.
        max_truncation: share.
    """

    min_height: float
    max_occlusion: int
    max_truncation: float


CLASS_RULES = {
    'Car': ClassRule(0.7, ('Van',)),
    'Pedestrian': ClassRule(0.5, ('Person_sitting',)),
    'Cyclist': ClassRule(0.5)}
DIFFICULTIES = {
    'easy': Difficulty(40, 0, 0.15),
    'moderate': Difficulty(25, 1, 0.3),
    'hard': Difficulty(25, 2, 0.5)}


def truth_roles(truths: KittiObjects, name: str, difficulty: Difficulty) -> np.ndarray:
    """Decide what the labels of a frame are for.

    Args:
        truths: labels of the frame.
        name: the class.
        difficulty: its limits.

    Returns:
        (N,) int64: roles.
    """
    hard = (
        (truths.occluded > difficulty.max_occlusion)
        | (truths.truncated > difficulty.max_truncation)
        | (truths.bbox[:, 3] - truths.bbox[:, 1] <= difficulty.min_height))
    own = truths.name == name
    similar = np.isin(truths.name, CLASS_RULES[name].neighbours)
    return np.where(own & ~hard, COUNTS, np.where(own | similar, IGNORED, OTHER))


def detection_roles(detections: KittiObjects, name: str, difficulty: Difficulty) -> np.ndarray:
    """Decide what the detections of a frame are for.

    A detection that is too low is ignored whatever its class, as in the official evaluator.

    Args:
        detections: of the frame.
        name: the class.
        difficulty: its limits.

    Returns:
        (N,) int64: roles.
    """
    low = np.abs(detections.bbox[:, 3] - detections.bbox[:, 1]) < difficulty.min_height
    return np.where(low, IGNORED, np.where(detections.name == name, COUNTS, OTHER))
