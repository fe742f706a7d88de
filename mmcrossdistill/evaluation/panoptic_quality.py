"""Matching segments, and the panoptic quality of classes."""
from __future__ import annotations

from typing import NamedTuple

import numpy as np

IGNORE_INDEX = 255


class PanopticCounts(NamedTuple):
    """What the quality of C classes is computed from; adds up over clouds.

    Args:
        matched ((C,) int64): pairs of a true and a predicted segment of one class whose IoU is
            above 0.5.
        iou_sum ((C,) float64): their IoUs.
        wrong ((C,) int64): predicted segments without a match.
        missed ((C,) int64): true segments without a match.
        confusion ((C, C) int64): points; rows are labels, columns predictions.
    """

    matched: np.ndarray
    iou_sum: np.ndarray
    wrong: np.ndarray
    missed: np.ndarray
    confusion: np.ndarray

    def __add__(self, other: PanopticCounts) -> PanopticCounts:
        """Add the counts of other clouds.

        Args:
            other: of the same classes.
        """
        return PanopticCounts(*(a + b for a, b in zip(self, other, strict=True)))


class PanopticQuality(NamedTuple):
    """Quality of C classes, each in [0, 1]; NaN where there is nothing to divide.

    Args:
        sq ((C,) float64): mean IoU of the matches.
        rq ((C,) float64): F1 score of the segments.
        pq ((C,) float64): their product.
        iou ((C,) float64): of the points.
    """

    sq: np.ndarray
    rq: np.ndarray
    pq: np.ndarray
    iou: np.ndarray


class Matching(NamedTuple):
    """The segments of one cloud, without the points that have no label, and their matches.

    Args:
        segment ((N,) int64): true segment of each point.
        classes ((S,) int64): of the true segments.
        area ((S,) int64): points of the true segments.
        pred_segment ((N,) int64): predicted segment of each point.
        pred_classes ((P,) int64): of the predicted segments.
        pred_area ((P,) int64): points of the predicted segments.
        first ((M,) int64): true segment of each match.
        second ((M,) int64): its predicted segment.
        iou ((M,) float64): above 0.5.
    """

    segment: np.ndarray
    classes: np.ndarray
    area: np.ndarray
    pred_segment: np.ndarray
    pred_classes: np.ndarray
    pred_area: np.ndarray
    first: np.ndarray
    second: np.ndarray
    iou: np.ndarray


def match_segments(labels: np.ndarray, instances: np.ndarray, pred_labels: np.ndarray,
                   pred_instances: np.ndarray, num_classes: int) -> Matching:
    """Match the segments of one cloud: same class, IoU above 0.5.

    A segment is all points of one class and one instance.

    Args:
        labels ((N,) int64): true classes in [0, C).
        instances ((N,) int64): true instances.
        pred_labels ((N,) int64): predicted classes in [0, C).
        pred_instances ((N,) int64): predicted instances.
        num_classes: C.
    """
    segment, classes, area = _segments(labels, instances, num_classes)
    pred_segment, pred_classes, pred_area = _segments(pred_labels, pred_instances, num_classes)
    # Every pair of segments that share points.
    pairs, shared = np.unique(segment * max(len(pred_area), 1) + pred_segment, return_counts=True)
    first, second = np.divmod(pairs, max(len(pred_area), 1))
    iou = shared / (area[first] + pred_area[second] - shared)
    match = (classes[first] == pred_classes[second]) & (iou > 0.5)
    return Matching(segment, classes, area, pred_segment, pred_classes, pred_area,
                    first[match], second[match], iou[match])


def count_segments(labels: np.ndarray, instances: np.ndarray, pred_labels: np.ndarray,
                   pred_instances: np.ndarray, num_classes: int, min_points: int,
                   ) -> PanopticCounts:
    """Count the matches of one cloud.

    Points without label count nowhere. Segments of fewer than ``min_points`` points can match, but
    are neither wrong nor missed.
    Source: Kirillov et al., Panoptic Segmentation (CVPR 2019), as the evaluators of SemanticKITTI
    and Panoptic nuScenes apply it to points.

    Args:
        labels ((N,) int64): true classes; 255 is no label.
        instances ((N,) int64): true instances.
        pred_labels ((N,) int64): predicted classes in [0, C).
        pred_instances ((N,) int64): predicted instances.
        num_classes: C.
        min_points: see above.

    Raises:
        ValueError: if the lengths differ, or a class is outside [0, C).
    """
    if len({len(part) for part in (labels, instances, pred_labels, pred_instances)}) > 1:
        raise ValueError(
            f'{len(pred_labels)} predicted classes and {len(pred_instances)} instances for '
            f'{len(labels)} labels and {len(instances)} instances')
    valid = labels != IGNORE_INDEX
    labels, instances, pred_labels, pred_instances = (
        part[valid] for part in (labels, instances, pred_labels, pred_instances))
    for part in (labels, pred_labels):
        if len(part) and not 0 <= part.min() <= part.max() < num_classes:
            raise ValueError(
                f'classes span [{part.min()}, {part.max()}], num_classes is {num_classes}')
    confusion = np.bincount(
        labels * num_classes + pred_labels, minlength=num_classes ** 2).reshape(num_classes, -1)
    found = match_segments(labels, instances, pred_labels, pred_instances, num_classes)
    missed, wrong = found.area >= min_points, found.pred_area >= min_points
    missed[found.first], wrong[found.second] = False, False
    matched = found.classes[found.first]
    return PanopticCounts(
        np.bincount(matched, minlength=num_classes),
        np.bincount(matched, found.iou, minlength=num_classes),
        np.bincount(found.pred_classes[wrong], minlength=num_classes),
        np.bincount(found.classes[missed], minlength=num_classes), confusion)


def _segments(labels: np.ndarray, instances: np.ndarray, num_classes: int,
              ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number the segments.

    Args:
        labels ((N,) int64): classes.
        instances ((N,) int64): instances, any integers.
        num_classes: C.

    Returns:
        (N,) int64 segment of each point; (S,) int64 class and (S,) int64 points of each segment.
    """
    _, instances = np.unique(instances, return_inverse=True)
    keys, segment, area = np.unique(
        instances * num_classes + labels, return_inverse=True, return_counts=True)
    return segment, keys % num_classes, area


def panoptic_quality(counts: PanopticCounts) -> PanopticQuality:
    """Compute the quality of each class.

    A class with a wrong or missed segment but no match has the quality 0. Where there is nothing
    at all, the values are NaN.

    Args:
        counts: of all clouds.
    """
    matched = counts.matched.astype(np.float64)
    segments = matched + 0.5 * counts.wrong + 0.5 * counts.missed
    sq = np.where(segments > 0, 0.0, np.nan)
    np.divide(counts.iou_sum, matched, out=sq, where=matched > 0)
    rq = np.divide(matched, segments, out=np.full_like(sq, np.nan), where=segments > 0)
    right = np.diag(counts.confusion)
    union = counts.confusion.sum(axis=0) + counts.confusion.sum(axis=1) - right
    iou = np.divide(right, union, out=np.full_like(sq, np.nan), where=union > 0)
    return PanopticQuality(sq, rq, sq * rq, iou)
