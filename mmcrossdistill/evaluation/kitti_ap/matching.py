"""Labels and detections of one frame find each other, for all score thresholds at once."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmcrossdistill.datasets.kitti_labels import DONT_CARE, KittiObjects

from .overlaps import pair_overlaps, share_within
from .rules import CLASS_RULES, COUNTS, OTHER, Difficulty, detection_roles, truth_roles


@dataclass
class Pairs:
    """Labels and detections of one frame, with their overlaps.

    Args:
        truths: G labels, regions without labels among them.
        detections: D of them.
        overlaps ((D, G) float): in [0, 1].
        share_unlabelled ((D,) float): share of each detection in a region without labels.
    """

    truths: KittiObjects
    detections: KittiObjects
    overlaps: np.ndarray
    share_unlabelled: np.ndarray

    @classmethod
    def build(cls, truths: KittiObjects, detections: KittiObjects, kind: str) -> Pairs:
        """Compute the overlaps; regions without labels are known in the image alone.

        Args:
            truths: labels of the frame.
            detections: of the frame.
            kind: 'bbox', 'bev' or '3d'.
        """
        share = np.zeros(len(detections))
        if kind == 'bbox':
            regions = truths[truths.name == DONT_CARE]
            share = share_within(detections, regions).max(axis=1, initial=0)
        return cls(truths, detections, pair_overlaps(detections, truths, kind), share)


@dataclass
class Frame:
    """What one class at one difficulty looks at in one frame.

    Args:
        overlaps ((D, G) float): of detections and labels.
        truth_role ((G,) int): :data:`~.rules.COUNTS` or :data:`~.rules.IGNORED`.
        role ((D,) int): as ``truth_role``, of the detections.
        score ((D,) float): of the detections.
        is_unlabelled ((D,) bool): which lie in a region without labels.
        angle_gap ((D, G) float): difference of the observation angles, radians.
        min_overlap: to exceed.
    """

    overlaps: np.ndarray
    truth_role: np.ndarray
    role: np.ndarray
    score: np.ndarray
    is_unlabelled: np.ndarray
    angle_gap: np.ndarray
    min_overlap: float

    @classmethod
    def select(cls, pairs: Pairs, name: str, difficulty: Difficulty) -> Frame:
        """Drop what does not matter.

        Args:
            pairs: of the frame.
            name: the class.
            difficulty: its limits.
        """
        min_overlap = CLASS_RULES[name].min_overlap
        truth_role = truth_roles(pairs.truths, name, difficulty)
        role = detection_roles(pairs.detections, name, difficulty)
        columns, rows = np.flatnonzero(truth_role != OTHER), np.flatnonzero(role != OTHER)
        return cls(
            pairs.overlaps[np.ix_(rows, columns)], truth_role[columns], role[rows],
            pairs.detections.score[rows], pairs.share_unlabelled[rows] > min_overlap,
            pairs.truths.alpha[columns] - pairs.detections.alpha[rows, None], min_overlap)


def matched_scores(frame: Frame) -> np.ndarray:
    """Scores at which labels are found: each label takes the most confident detection.

    Args:
        frame: the frame.

    Returns:
        (K,) float64: scores of the true positives.
    """
    free = np.ones(len(frame.role), dtype=bool)
    scores = []
    for truth, role in enumerate(frame.truth_role):
        candidates = np.flatnonzero(free & (frame.overlaps[:, truth] > frame.min_overlap))
        if not len(candidates):
            continue
        best = candidates[frame.score[candidates].argmax()]
        free[best] = False
        if role == COUNTS and frame.role[best] == COUNTS:
            scores.append(frame.score[best])
    return np.array(scores)


def count_matches(frame: Frame, thresholds: np.ndarray) -> np.ndarray:
    """Count what is right and wrong among the detections of at least a score.

    Each label takes the detection of the largest overlap that counts, else the first ignored one.
    A label or detection that is ignored is neither right nor wrong.

    Args:
        frame: the frame.
        thresholds ((T,) float): scores.

    Returns:
        (T, 3) float64: true positives, false positives, sum of the true positives' orientation
        similarities (1 + cos(difference)) / 2.
    """
    free = frame.score >= thresholds[:, None]
    counts = frame.role == COUNTS
    result = np.zeros((len(thresholds), 3))
    rows = np.arange(len(thresholds))
    for truth in np.flatnonzero((frame.overlaps > frame.min_overlap).any(axis=0)):
        overlap = frame.overlaps[:, truth]
        candidates = free & (overlap > frame.min_overlap)
        sure = candidates & counts
        is_sure = sure.any(axis=1)
        chosen = np.where(
            is_sure, np.where(sure, overlap, -1.0).argmax(axis=1), candidates.argmax(axis=1))
        found = candidates.any(axis=1)
        free[rows[found], chosen[found]] = False
        if frame.truth_role[truth] == COUNTS:
            result[:, 0] += is_sure
            result[:, 2] += is_sure * (1 + np.cos(frame.angle_gap[chosen, truth])) / 2
    wrong = free & counts & ~frame.is_unlabelled
    result[:, 1] = wrong.sum(axis=1)
    return result

