"""KITTI's average precision against its rules restated."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mmcrossdistill.evaluation.kitti_ap import CLASS_RULES, DIFFICULTIES, KINDS, evaluate
from mmcrossdistill.evaluation.kitti_ap.precision import recall_thresholds


def test_equals_the_rules_restated(make_frames: Callable, restated: Callable) -> None:
    frames = make_frames(24, seed=1)
    found = {positions: evaluate(*zip(*frames, strict=True), list(CLASS_RULES), KINDS, positions)
             for positions in (40, 11)}
    values = []
    for name in CLASS_RULES:
        for level in DIFFICULTIES:
            for kind in KINDS:
                for positions, (precision, similarity) in restated(
                        frames, name, level, kind).items():
                    ours = found[positions]
                    assert ours[f'{name}_{kind}_{level}'] == pytest.approx(precision, abs=1e-9)
                    values.append(precision)
                    if kind == 'bbox':
                        assert ours[f'{name}_aos_{level}'] == pytest.approx(similarity, abs=1e-9)
                        assert similarity <= precision
    assert len(set(np.round(values, 6))) > 15 and min(values) < 20 < max(values) < 100


def test_perfect_detections_of_many_objects(make_frames: Callable) -> None:
    truths = [frame[0] for frame in make_frames(20, seed=0)] * 10
    perfect = [objects[objects.name != 'DontCare'] for objects in truths]
    for objects in perfect:
        objects.score[:] = np.linspace(0.2, 0.9, len(objects))
    results = evaluate(truths, perfect, ['Car'], ['bbox'])
    assert results['Car_bbox_hard'] == pytest.approx(100)
    assert results['Car_aos_hard'] == pytest.approx(100)
    # The official sampling of recalls: of few objects, few of the 41 positions are reached.
    few = evaluate(truths[:5], perfect[:5], ['Car'], ['bbox'])
    assert few['Car_bbox_hard'] < 50


def test_thresholds_at_equal_steps_of_recall() -> None:
    scores = np.arange(200) / 200
    thresholds = recall_thresholds(scores, 200)
    assert len(thresholds) == 41 and thresholds[0] == scores[-1]
    assert np.ptp(np.diff(thresholds[1:])) < 2 / 200


def test_nothing_to_find_is_no_number(make_frames: Callable) -> None:
    frames = make_frames(4, seed=1)
    truths = [objects[objects.name != 'Car'] for objects, _ in frames]
    results = evaluate(truths, [objects for _, objects in frames], ['Car', 'Pedestrian'])
    assert np.isnan(results['Car_3d_easy']) and np.isnan(results['Car_aos_hard'])
    assert not np.isnan(results['Pedestrian_3d_hard'])
    nothing = evaluate(truths, [objects[:0] for _, objects in frames], ['Pedestrian'])
    assert nothing['Pedestrian_3d_hard'] == 0
