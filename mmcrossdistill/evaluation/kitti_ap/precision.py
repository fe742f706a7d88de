"""From matches to average precision."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mmcrossdistill.datasets.kitti_labels import KittiObjects

from .matching import Frame, Pairs, count_matches, matched_scores
from .overlaps import KINDS
from .rules import COUNTS, DIFFICULTIES

_SAMPLES = 41  # recalls 0, 1/40, ..., 1
RECALL_POSITIONS = {40: slice(1, None), 11: slice(None, None, 4)}


def recall_thresholds(scores: np.ndarray, num_truths: int) -> np.ndarray:
    """Choose the scores at which the recall comes closest to 0, 1/40, ..., 1.

    Args:
        scores ((K,) float): of the true positives.
        num_truths: labels that count.

    Returns:
        (T <= 41,) float64: descending scores.
    """
    scores = np.sort(scores)[::-1]
    wanted, chosen = 0.0, []
    for rank, score in enumerate(scores, start=1):
        left, right = rank / num_truths, (rank + 1) / num_truths
        if rank < len(scores) and right - wanted < wanted - left:
            continue
        chosen.append(score)
        wanted += 1 / (_SAMPLES - 1)
    return np.array(chosen)


def average_precision(frames: Sequence[Frame], recall_positions: int = 40) -> tuple[float, float]:
    """Average precision, and the average orientation similarity.

    Source: KITTI's development kit, evaluate_object.cpp; 40 recall positions since 2019, of which
    0 is none, 11 before. A precision that a lower score reaches counts for the higher ones, too.

    Args:
        frames: one class at one difficulty.
        recall_positions: 40 or 11.

    Returns:
        Percent; both are NaN where no label counts.
    """
    num_truths = sum(int((frame.truth_role == COUNTS).sum()) for frame in frames)
    if not num_truths:
        return float('nan'), float('nan')
    thresholds = recall_thresholds(
        np.concatenate([matched_scores(frame) for frame in frames]), num_truths)
    counts = sum((count_matches(frame, thresholds) for frame in frames),
                 np.zeros((len(thresholds), 3)))
    positives = np.maximum(counts[:, 0] + counts[:, 1], 1)
    curves = np.zeros((_SAMPLES, 2))
    curves[:len(thresholds)] = counts[:, [0, 2]] / positives[:, None]
    curves = np.maximum.accumulate(curves[::-1])[::-1][RECALL_POSITIONS[recall_positions]]
    precision, similarity = 100 * curves.sum(axis=0) / recall_positions
    return float(precision), float(similarity)


def evaluate(
    truths: Sequence[KittiObjects], detections: Sequence[KittiObjects], names: Sequence[str],
    kinds: Sequence[str] = KINDS, recall_positions: int = 40,
) -> dict[str, float]:
    """Evaluate all classes at all difficulties.

    Args:
        truths: labels, one item per frame, regions without labels among them.
        detections: of the same frames.
        names: classes, of :data:`~.rules.CLASS_RULES`.
        kinds: of 'bbox', 'bev' and '3d'; with 'bbox' comes the orientation similarity, 'aos'.
        recall_positions: 40 or 11.

    Returns:
        ``<class>_<kind>_<difficulty>`` to percent, NaN where no label counts.
    """
    results = {}
    for kind in kinds:
        pairs = [Pairs.build(*frame, kind) for frame in zip(truths, detections, strict=True)]
        for name in names:
            for level, difficulty in DIFFICULTIES.items():
                frames = [Frame.select(frame, name, difficulty) for frame in pairs]
                precision, similarity = average_precision(frames, recall_positions)
                results[f'{name}_{kind}_{level}'] = precision
                if kind == 'bbox':
                    results[f'{name}_aos_{level}'] = similarity
    return results
