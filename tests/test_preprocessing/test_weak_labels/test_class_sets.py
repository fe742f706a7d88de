"""Tests of the classes of weak labels."""
from __future__ import annotations

from mmcrossdistill.datasets.nuscenes_classes import CLASSES, PALETTE
from mmcrossdistill.preprocessing.weak_labels.class_sets import (
    GROUNDED_SAM,
    SEEM,
    nuscenes_index,
    palette_of,
)


def test_what_the_classes_mean() -> None:
    assert len(GROUNDED_SAM) == 13 and len(SEEM) == 17
    meant = {name: CLASSES[index] for name, index in zip(
        GROUNDED_SAM, nuscenes_index(GROUNDED_SAM), strict=True)}
    assert meant['road'] == 'driveable_surface' and meant['building'] == 'manmade'
    assert meant['traffic cone'] == 'traffic_cone' and meant['car'] == 'car'
    # SEEM's classes are those of nuScenes and a background.
    assert sorted(nuscenes_index(SEEM).tolist()) == [*range(16), 255]
    assert nuscenes_index(CLASSES).tolist() == list(range(16))


def test_colours() -> None:
    assert palette_of(CLASSES) == PALETTE
    assert palette_of(['dog', 'Car']) == ((128, 128, 128), PALETTE[3])
