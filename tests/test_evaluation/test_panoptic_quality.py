"""Panoptic quality, against the definition segment by segment and the devkit's evaluator."""
from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from mmcrossdistill.evaluation.panoptic_quality import (
    PanopticCounts,
    count_segments,
    panoptic_quality,
)

CLASSES = 6
Cloud = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def random_cloud(seed: int, points: int = 1500) -> Cloud:
    """Objects of 5 to 120 points; predictions split, merge, cut and rename some of them."""
    generator = np.random.default_rng(seed)
    sizes = generator.integers(5, 120, 60)
    segment = np.repeat(np.arange(60), sizes)[:points]
    classes = generator.integers(0, CLASSES - 1, 60)  # the last class never occurs
    labels, instances = classes[segment], segment % 11 * 1000 - 3000
    pred_labels, pred_instances = labels.copy(), segment % 13
    wrong = generator.random(len(segment)) < generator.random(60)[segment] * 0.9
    pred_labels[wrong] = generator.integers(0, CLASSES, wrong.sum())
    lost = generator.random(len(segment)) < 0.1
    pred_instances[lost] = generator.integers(0, 5, lost.sum())
    labels = np.where(generator.random(len(segment)) < 0.1, 255, labels)
    return labels, instances, pred_labels, pred_instances


def by_definition(clouds: list[Cloud], min_points: int) -> tuple[list[float], ...]:
    """SQ, RQ, PQ and IoU of each class, segment by segment."""
    matched, ious = Counter(), Counter()
    wrong, missed, both, either = Counter(), Counter(), Counter(), Counter()
    for labels, instances, pred_labels, pred_instances in clouds:
        true, predicted = {}, {}
        for row in np.flatnonzero(labels != 255).tolist():
            true.setdefault((labels[row], instances[row]), set()).add(row)
            predicted.setdefault((pred_labels[row], pred_instances[row]), set()).add(row)
            both[labels[row]] += labels[row] == pred_labels[row]
            for one in {labels[row], pred_labels[row]}:
                either[one] += 1
        found = set()
        for key, rows in true.items():
            for other, others in predicted.items():
                if key[0] == other[0] and 2 * len(rows & others) > len(rows | others):
                    matched[key[0]] += 1
                    ious[key[0]] += len(rows & others) / len(rows | others)
                    found |= {('true', key), ('predicted', other)}
        for name, segments, counter in (
                ('true', true, missed), ('predicted', predicted, wrong)):
            for key, rows in segments.items():
                counter[key[0]] += (name, key) not in found and len(rows) >= min_points
    nan = float('nan')
    total = [matched[c] + 0.5 * wrong[c] + 0.5 * missed[c] for c in range(CLASSES)]
    sq = [ious[c] / matched[c] if matched[c] else 0.0 if total[c] else nan
          for c in range(CLASSES)]
    rq = [matched[c] / total[c] if total[c] else nan for c in range(CLASSES)]
    return (sq, rq, [a * b for a, b in zip(sq, rq, strict=True)],
            [both[c] / either[c] if either[c] else nan for c in range(CLASSES)])


@pytest.mark.parametrize('min_points', [1, 15, 50])
def test_quality_by_definition(min_points: int) -> None:
    clouds = [random_cloud(seed) for seed in range(3)]
    total = sum_counts([count_segments(*cloud, CLASSES, min_points) for cloud in clouds])
    assert min(total.matched[:5]) > 0 and total.wrong.sum() > 3 and total.missed.sum() > 3
    for found, expected in zip(
            panoptic_quality(total), by_definition(clouds, min_points), strict=True):
        np.testing.assert_allclose(found, expected)


def sum_counts(counts: list[PanopticCounts]) -> PanopticCounts:
    """Add up."""
    total = counts[0]
    for one in counts[1:]:
        total = total + one
    return total


@pytest.mark.parametrize('min_points', [15, 50])
def test_quality_is_that_of_the_devkit(min_points: int) -> None:
    """Panoptic nuScenes and SemanticKITTI share this evaluator, but for ``min_points``."""
    module = pytest.importorskip('nuscenes.eval.panoptic.panoptic_seg_evaluator')
    theirs = module.PanopticEval(CLASSES + 1, [0], min_points=min_points)
    total = []
    for seed in range(6):
        labels, instances, pred_labels, pred_instances = random_cloud(seed)
        total.append(count_segments(
            labels, instances, pred_labels, pred_instances, CLASSES, min_points))
        theirs.addBatch(
            pred_labels + 1, pred_instances, np.where(labels == 255, 0, labels + 1),
            instances - instances.min())
    sq, rq, pq, iou = (np.nan_to_num(part) for part in panoptic_quality(sum_counts(total)))
    mean_pq, mean_sq, mean_rq, all_pq, all_sq, all_rq = theirs.getPQ()
    np.testing.assert_allclose(pq, all_pq[1:], atol=1e-12)
    np.testing.assert_allclose(sq, all_sq[1:], atol=1e-12)
    np.testing.assert_allclose(rq, all_rq[1:], atol=1e-12)
    np.testing.assert_allclose(
        [pq.mean(), sq.mean(), rq.mean()], [mean_pq, mean_sq, mean_rq], atol=1e-12)
    np.testing.assert_allclose(iou, theirs.getSemIoU()[1][1:], atol=1e-12)


def test_the_truth_is_perfect_and_nothing_is_not_a_number() -> None:
    labels, instances, *_ = random_cloud(0)
    known = np.where(labels == 255, 0, labels)
    quality = panoptic_quality(count_segments(labels, instances, known, instances, CLASSES, 15))
    assert (quality.pq[:5] == 1).all() and np.isnan(quality.pq[5])
    empty = np.zeros(0, np.int64)
    quality = panoptic_quality(count_segments(empty, empty, empty, empty, CLASSES, 15))
    assert all(np.isnan(part).all() for part in quality)


def test_half_an_overlap_is_no_match() -> None:
    labels, truth = np.zeros(30, np.int64), np.zeros(30, np.int64)
    for kept, matched in ((15, 0), (16, 1)):
        predicted = (np.arange(30) >= kept).astype(np.int64)
        counts = count_segments(labels, truth, labels, predicted, 1, 15)
        assert counts.matched.tolist() == [matched]
        # The piece of 14 points is too small to be wrong.
        assert (counts.wrong.tolist(), counts.missed.tolist()) == (
            ([0], [0]) if matched else ([2], [1]))


def test_what_does_not_fit() -> None:
    zero = np.zeros(3, np.int64)
    with pytest.raises(ValueError, match='2 predicted classes and 3 instances for 3 labels'):
        count_segments(zero, zero, zero[:2], zero, 2, 1)
    with pytest.raises(ValueError, match=r'classes span \[2, 2\], num_classes is 2'):
        count_segments(zero, zero, zero + 2, zero, 2, 1)
