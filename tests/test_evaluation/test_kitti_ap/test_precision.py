"""KITTI's average precision against its rules restated, and against mmdet3d's evaluator."""
from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.kitti_labels import KittiObjects
from mmcrossdistill.evaluation.kitti_ap import CLASS_RULES, DIFFICULTIES, KINDS, evaluate
from mmcrossdistill.evaluation.kitti_ap.precision import recall_thresholds
from mmcrossdistill.models.layers.box_ops import rotated_overlap


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


def as_annotations(objects: KittiObjects) -> dict[str, np.ndarray]:
    """The dict of arrays that mmdet3d's evaluator reads."""
    return dict(
        name=objects.name, truncated=objects.truncated, occluded=objects.occluded,
        alpha=objects.alpha, bbox=objects.bbox, dimensions=objects.size,
        location=objects.location, rotation_y=objects.rotation_y, score=objects.score)


@pytest.mark.slow
def test_equals_mmdet3d(monkeypatch: pytest.MonkeyPatch, make_frames: Callable) -> None:
    """Its own overlap of rotated boxes runs on CUDA alone; ours stands in. numba compiles long."""
    pytest.importorskip('mmdet3d')

    def overlap(first: np.ndarray, second: np.ndarray, criterion: int = -1) -> np.ndarray:
        rows = [torch.from_numpy(boxes * [1, 1, 1, 1, -1]) for boxes in (first, second)]
        shared = rotated_overlap(*rows).numpy()
        areas = (first[:, 2] * first[:, 3])[:, None] + second[:, 2] * second[:, 3]
        return shared if criterion == 2 else shared / (areas - shared)

    stand_in = ModuleType('rotate_iou')
    stand_in.rotate_iou_gpu_eval = overlap
    package = 'mmdet3d.evaluation.functional.kitti_utils'
    monkeypatch.setitem(sys.modules, f'{package}.rotate_iou', stand_in)
    kitti_eval = importlib.import_module(f'{package}.eval')
    frames = make_frames(30, seed=5)
    truths, detections = zip(*frames, strict=True)
    strict = np.array([[[0.7, 0.5, 0.5]] * 3])
    found = kitti_eval.do_eval(
        [as_annotations(objects) for objects in truths],
        [as_annotations(objects) for objects in detections], [0, 1, 2], strict,
        ['bbox', 'bev', '3d', 'aos'])
    expected = dict(zip(
        [(kind, positions) for positions in (11, 40) for kind in ('bbox', 'bev', '3d', 'aos')],
        found, strict=True))
    for positions in (11, 40):
        ours = evaluate(truths, detections, list(CLASS_RULES), KINDS, positions)
        for row, name in enumerate(('Car', 'Pedestrian', 'Cyclist')):
            for column, level in enumerate(DIFFICULTIES):
                for kind in (*KINDS, 'aos'):
                    assert ours[f'{name}_{kind}_{level}'] == pytest.approx(
                        expected[kind, positions][row, column, 0], abs=1e-4)


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
