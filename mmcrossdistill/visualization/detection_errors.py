"""What a detector found, missed and made up."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .detections import Boxes

# The largest of the distances by which nuScenes' evaluator matches half of the average precision.
MATCH_DISTANCE = 2.0
ERROR_COLOURS = {'found': (32, 140, 60), 'missed': (214, 39, 40), 'made up': (255, 150, 0)}


@dataclass
class DetectionErrors:
    """The boxes of a keyframe by what is true of them.

    Args:
        found: predicted boxes that have a true one.
        missed: true boxes without a predicted one.
        made_up: predicted boxes without a true one.
    """

    found: Boxes
    missed: Boxes
    made_up: Boxes

    @property
    def places(self) -> np.ndarray:
        """(N, 7) float: of all, those that are in the way of others first."""
        return np.concatenate([self.made_up.places, self.missed.places, self.found.places])

    @property
    def colours(self) -> np.ndarray:
        """(N, 3) uint8: ``ERROR_COLOURS``, in the order of ``places``."""
        counts = [len(part.names) for part in (self.made_up, self.missed, self.found)]
        named = [ERROR_COLOURS[name] for name in ('made up', 'missed', 'found')]
        return np.repeat(np.array(named, np.uint8), counts, axis=0)

    def counts(self) -> str:
        """Count for people."""
        return (f'{len(self.found.names)} found, {len(self.missed.names)} missed, '
                f'{len(self.made_up.names)} made up')


def compare_boxes(truth: Boxes, predicted: Boxes, distance: float = MATCH_DISTANCE,
                  ) -> DetectionErrors:
    """Match boxes as nuScenes' evaluator does: the most confident one first, with the nearest free
    box of its class, by the distance of the centres on the ground.

    Args:
        truth: annotated boxes.
        predicted: boxes of a detector.
        distance: below which boxes match, metres.

    Returns:
        Each of the boxes under one heading.
    """
    names = np.array(truth.names, dtype=object)
    free = np.ones(len(names), dtype=bool)
    hits = np.zeros(len(predicted.names), dtype=bool)
    for row in np.argsort(-predicted.scores, kind='stable'):
        away = np.linalg.norm(truth.places[:, :2] - predicted.places[row, :2], axis=1)
        away[~free | (names != predicted.names[row])] = np.inf
        if len(away) and away.min() < distance:
            free[away.argmin()] = False
            hits[row] = True
    return DetectionErrors(
        predicted.take(np.flatnonzero(hits)), truth.take(np.flatnonzero(free)),
        predicted.take(np.flatnonzero(~hits)))
