"""Random labels with detections near them, and the rules of the evaluator restated slowly."""
from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from shapely.geometry import Polygon

from mmcrossdistill.datasets.kitti_labels import KittiObjects

SIZES = {'Car': (3.9, 1.5, 1.6), 'Van': (5.0, 2.1, 1.9), 'Pedestrian': (0.8, 1.75, 0.6),
         'Person_sitting': (0.8, 1.3, 0.6), 'Cyclist': (1.8, 1.75, 0.6), 'Tram': (15.0, 3.0, 2.5)}
LIMITS = {'easy': (40, 0, 0.15), 'moderate': (25, 1, 0.3), 'hard': (25, 2, 0.5)}
NEIGHBOURS = {'Car': 'Van', 'Pedestrian': 'Person_sitting', 'Cyclist': None}
MIN_OVERLAP = {'Car': 0.7, 'Pedestrian': 0.5, 'Cyclist': 0.5}


@pytest.fixture(scope='session')
def make_frames() -> Callable:
    """Makes random labels and detections."""
    return random_frames


@pytest.fixture(scope='session')
def restated() -> Callable:
    """The rules of the evaluator, slowly."""
    return slow_average_precision


def random_frames(count: int, seed: int) -> list[tuple[KittiObjects, KittiObjects]]:
    """Labels and detections of some frames; every third frame lacks one of the two.

    Args:
        count: frames.
        seed: of the random numbers.
    """
    rng = np.random.default_rng(seed)
    frames = []
    for index in range(count):
        truths = _random_truths(rng, 0 if index % 6 == 2 else rng.integers(6, 14))
        frames.append((truths, _detect(rng, truths, lost=index % 6 == 5)))
    return frames


def _random_truths(rng: np.random.Generator, number: int) -> KittiObjects:
    """Objects in rows, so that some are close to each other, and two regions without labels."""
    names = list(rng.choice(list(SIZES), number))
    rows = []
    for slot, name in enumerate(names):
        length, height, width = SIZES[name]
        left, top = 110.0 * slot + rng.uniform(0, 30), rng.uniform(100, 140)
        tall = rng.choice([24.0, 30.0, 39.5, 60.0, 90.0, 120.0])
        rows.append((
            rng.choice([0.0, 0.0, 0.1, 0.25, 0.45, 0.8]), max(rng.integers(-3, 4), 0),
            rng.uniform(-3, 3), left, top, left + rng.uniform(50, 100), top + tall,
            height, width, length,
            3.0 * slot - 15 + rng.normal(), 1.6 + 0.1 * rng.normal(), 12 + 2 * rng.normal(),
            rng.uniform(-3.1, 3.1), 0))
    for _ in range(2):
        left = rng.uniform(0, 1000)
        names.append('DontCare')
        rows.append((
            -1, -1, -10, left, 90, left + 150, 260, -1, -1, -1, -1000, -1000, -1000, -10, 0))
    return KittiObjects.from_rows(names, np.array(rows))


def _detect(rng: np.random.Generator, truths: KittiObjects, lost: bool) -> KittiObjects:
    """Some labels with noise, twice, and objects where there are none."""
    if lost:
        return truths[:0]
    rows, names = [], []
    real = truths[truths.name != 'DontCare']
    for _ in range(2):
        for name, row in zip(real.name, real.to_rows(), strict=True):
            if rng.random() < 0.75:
                noise = np.zeros(15)
                noise[2] = rng.normal(0, 0.4)
                noise[3:7] = rng.normal(0, 2.5, 4)
                noise[7:14] = rng.normal(0, 0.05, 7)
                rows.append(row + noise)
                names.append(name if rng.random() < 0.9 else 'Car')
    extra = _random_truths(rng, 4)[:4]
    rows.extend(extra.to_rows())
    names.extend(extra.name)
    rows = np.array(rows)
    # One score occurs more than once.
    rows[:, 14] = rng.integers(1, 60, len(rows)) / 60
    return KittiObjects.from_rows(names, rows)


def slow_overlap(kind: str, first: KittiObjects, a: int, second: KittiObjects, b: int) -> float:
    """Intersection over union of two objects, remembered."""
    key = (kind, id(first), a, id(second), b)
    if key not in _KNOWN:
        _KNOWN[key] = (first, second, _overlap(kind, first, a, second, b))
    return _KNOWN[key][2]


# With the objects, so that their ids are not given to others.
_KNOWN: dict[tuple, tuple[KittiObjects, KittiObjects, float]] = {}


def _overlap(kind: str, first: KittiObjects, a: int, second: KittiObjects, b: int) -> float:
    """Intersection over union of two objects."""
    if kind == 'bbox':
        left, top = (max(first.bbox[a][k], second.bbox[b][k]) for k in (0, 1))
        right, bottom = (min(first.bbox[a][k], second.bbox[b][k]) for k in (2, 3))
        shared = max(right - left, 0) * max(bottom - top, 0)
        return shared / (_area(first.bbox[a]) + _area(second.bbox[b]) - shared)
    shared = _ground(first, a).intersection(_ground(second, b)).area
    if kind == 'bev':
        return shared / (_ground(first, a).area + _ground(second, b).area - shared)
    top = max(first.location[a][1] - first.size[a][1], second.location[b][1] - second.size[b][1])
    shared *= max(min(first.location[a][1], second.location[b][1]) - top, 0)
    return shared / (math.prod(first.size[a]) + math.prod(second.size[b]) - shared)


def _area(box: np.ndarray) -> float:
    """Area of a box in the image."""
    return (box[2] - box[0]) * (box[3] - box[1])


def _ground(objects: KittiObjects, row: int) -> Polygon:
    """Outline in x and z, by KITTI's rotation about the axis downwards."""
    cos, sin = math.cos(objects.rotation_y[row]), math.sin(objects.rotation_y[row])
    x, _, z = objects.location[row]
    corners = [(sx * objects.size[row][0], sz * objects.size[row][2])
               for sx, sz in ((0.5, 0.5), (0.5, -0.5), (-0.5, -0.5), (-0.5, 0.5))]
    return Polygon([(x + cos * u + sin * v, z - sin * u + cos * v) for u, v in corners])


def slow_average_precision(
    frames: list[tuple[KittiObjects, KittiObjects]], name: str, level: str, kind: str,
) -> dict[int, tuple[float, float]]:
    """By number of recall positions: average precision and orientation similarity.

    Object by object, as the rules are written.
    """
    prepared = [_roles(*frame, name, level) for frame in frames]
    total = sum(roles.count(0) for roles, _ in prepared)
    scores = []
    for (truths, found), (truth_roles, roles) in zip(frames, prepared, strict=True):
        scores += _match(truths, found, truth_roles, roles, kind, MIN_OVERLAP[name], None)[3]
    thresholds, wanted = [], 0.0
    scores.sort(reverse=True)
    for index, score in enumerate(scores):
        is_last = index == len(scores) - 1
        if not is_last and (index + 2) / total - wanted < wanted - (index + 1) / total:
            continue
        thresholds.append(score)
        wanted += 1 / 40
    precisions, similarities = [0.0] * 41, [0.0] * 41
    for place, threshold in enumerate(thresholds):
        right = wrong = 0
        similarity = 0.0
        for (truths, found), (truth_roles, roles) in zip(frames, prepared, strict=True):
            counted = _match(
                truths, found, truth_roles, roles, kind, MIN_OVERLAP[name], threshold)
            right, wrong, similarity = (
                right + counted[0], wrong + counted[1], similarity + counted[2])
        if right + wrong:
            precisions[place] = right / (right + wrong)
            similarities[place] = similarity / (right + wrong)
    curves = [[max(curve[place:]) for place in range(41)] for curve in (precisions, similarities)]
    return {40: tuple(100 * sum(curve[1:]) / 40 for curve in curves),
            11: tuple(100 * sum(curve[::4]) / 11 for curve in curves)}


def _roles(truths: KittiObjects, found: KittiObjects, name: str,
           level: str) -> tuple[list[int], list[int]]:
    """0 counts, 1 is ignored, -1 is not looked at."""
    height, occlusion, truncation = LIMITS[level]
    truth_roles, roles = [], []
    for row in range(len(truths)):
        tall = truths.bbox[row][3] - truths.bbox[row][1]
        is_hard = (truths.occluded[row] > occlusion or truths.truncated[row] > truncation
                   or tall <= height)
        if truths.name[row] == name:
            truth_roles.append(1 if is_hard else 0)
        else:
            truth_roles.append(1 if truths.name[row] == NEIGHBOURS[name] else -1)
    for row in range(len(found)):
        if found.bbox[row][3] - found.bbox[row][1] < height:
            roles.append(1)
        else:
            roles.append(0 if found.name[row] == name else -1)
    return truth_roles, roles


def _match(
    truths: KittiObjects, found: KittiObjects, truth_roles: list[int], roles: list[int],
    kind: str, min_overlap: float, threshold: float | None,
) -> tuple[int, int, float, list[float]]:
    """Right ones, wrong ones, orientation similarity, and scores of the right ones."""
    taken, right, similarity, scores = set(), 0, 0.0, []
    usable = [row for row in range(len(found)) if roles[row] >= 0
              and (threshold is None or found.score[row] >= threshold)]
    for truth in range(len(truths)):
        if truth_roles[truth] < 0:
            continue
        best, best_value = None, -1.0
        for row in usable:
            if row in taken:
                continue
            overlap = slow_overlap(kind, found, row, truths, truth)
            if overlap <= min_overlap:
                continue
            if threshold is None:
                value = found.score[row]
            else:
                value = overlap if roles[row] == 0 else 0.0
            if value > best_value:
                best, best_value = row, value
        if best is None:
            continue
        taken.add(best)
        if truth_roles[truth] == 0 and roles[best] == 0:
            right += 1
            similarity += (1 + math.cos(truths.alpha[truth] - found.alpha[best])) / 2
            scores.append(float(found.score[best]))
    wrong = 0
    for row in usable:
        if row in taken or roles[row] != 0:
            continue
        in_region = kind == 'bbox' and any(
            _shared(found.bbox[row], truths.bbox[region]) / _area(found.bbox[row]) > min_overlap
            for region in range(len(truths)) if truths.name[region] == 'DontCare')
        wrong += not in_region
    return right, wrong, similarity, scores


def _shared(first: np.ndarray, second: np.ndarray) -> float:
    """Shared area of two boxes in the image."""
    return (max(min(first[2], second[2]) - max(first[0], second[0]), 0)
            * max(min(first[3], second[3]) - max(first[1], second[1]), 0))
