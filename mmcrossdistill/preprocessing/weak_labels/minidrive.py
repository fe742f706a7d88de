"""Labels of MiniDrive that are as good as one asks for."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmcrossdistill.datasets.label_tables import IGNORE_INDEX
from mmcrossdistill.datasets.transforms.sample_seed import sample_generator

from .degradation import degrade
from .minidrive_truth import TrueLabels, Truth
from .projected_labels import PointsInImage, project_keyframe

LEVELS = 100  # of severity; coarse, so that machines that round differently choose the same one


@dataclass(frozen=True)
class Quality:
    """How good labels are, and what makes them so.

    Args:
        severity: of the degradation, 0 to 1.
        accuracy: share of the projected lidarseg points whose pixel has their class; unlabelled
            pixels count as wrong.
        true_accuracy: the same for the true labels, below 1 because a camera does not see all that
            the LiDAR sees, nor at the same time.
        points: on which this was measured.
    """

    severity: float
    accuracy: float
    true_accuracy: float
    points: int


@dataclass(frozen=True)
class _Probe:
    """An image on which the accuracy is measured."""

    token: str
    truth: Truth
    points: PointsInImage


class MiniDriveLabeller:
    """Labels pictures with a worsened truth.

    Args:
        root: folder of the data set.
        severity: see :func:`degrade`; 0 gives the true labels.
        seed: of the errors. They depend on it and on the picture alone.
    """

    def __init__(self, root: str | Path, severity: float, seed: int) -> None:
        self.truth = TrueLabels(root)
        self.severity = severity
        self.seed = seed

    def __call__(self, scene: str, view: str, timestamp: float, token: str) -> np.ndarray:
        """Label one picture.

        Args:
            scene: name.
            view: camera name.
            timestamp: of the picture, seconds.
            token: of the picture.

        Returns:
            (H, W) int64: class of nuScenes, 255 where unlabelled.
        """
        return _worsen(self.truth(scene, view, timestamp), self.severity, self.seed, token)


def choose_severity(
    root: str | Path, keyframes: Sequence[dict[str, Any]], accuracy: float | None, seed: int,
) -> Quality:
    """Find the severity at which the labels are as accurate as asked for.

    Args:
        root: folder of the data set.
        keyframes: items of a dataset, on which the accuracy is measured.
        accuracy: wanted; ``None`` for the true labels.
        seed: of the errors.

    Raises:
        ValueError: if no severity gives this accuracy.
    """
    truth = TrueLabels(root)
    probes = []
    for info in keyframes:
        points = project_keyframe(info, with_labels=True)
        for view, image in info['images'].items():
            shown = truth(info['scene_name'], view, image['timestamp'])
            probes.append(_Probe(image['sample_data_token'], shown, points[view]))
    total = sum(int((probe.points.label != IGNORE_INDEX).sum()) for probe in probes)
    if not total:
        raise ValueError(f'{root}: no camera of {len(keyframes)} keyframes sees a labelled point, '
                         'so no accuracy can be measured; choose more with --check-keyframes')

    def measure(level: int) -> float:
        """Accuracy at a severity of ``level / LEVELS``."""
        return sum(_count_right(probe, level / LEVELS, seed) for probe in probes) / total

    best = measure(0)
    level = 0 if accuracy is None else search_level(measure, accuracy, best)
    return Quality(level / LEVELS, measure(level), best, total)


def search_level(measure: Callable[[int], float], wanted: float, best: float) -> int:
    """Find the level whose accuracy is nearest to the wanted one.

    Args:
        measure: accuracy of a level; falls with the level.
        wanted: accuracy.
        best: accuracy of level 0.

    Raises:
        ValueError: if it is out of reach.
    """
    worst = measure(LEVELS)
    if not worst <= wanted <= best:
        raise ValueError(
            f'--accuracy {wanted} cannot be reached: the true labels have {best:.3f}, the worst '
            f'{worst:.3f}; choose a value between, or leave it out for the true labels')
    low, high = (0, best), (LEVELS, worst)
    while high[0] - low[0] > 1:
        middle = (low[0] + high[0]) // 2
        found = (middle, measure(middle))
        low, high = (found, high) if found[1] >= wanted else (low, found)
    return min(low, high, key=lambda entry: abs(entry[1] - wanted))[0]


def _worsen(truth: Truth, severity: float, seed: int, token: str) -> np.ndarray:
    """Worsen the truth of one picture."""
    return degrade(truth, severity, sample_generator({'token': token}, seed, 'weak labels'))


def _count_right(probe: _Probe, severity: float, seed: int) -> int:
    """Count the points whose pixel has their class."""
    found = probe.points.read(_worsen(probe.truth, severity, seed, probe.token))
    return int(((found == probe.points.label) & (found != IGNORE_INDEX)).sum())
