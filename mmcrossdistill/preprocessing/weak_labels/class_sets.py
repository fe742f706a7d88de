"""The classes that weak labels know, and the classes of nuScenes that they mean."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mmcrossdistill.datasets import nuscenes_classes
from mmcrossdistill.datasets.label_tables import IGNORE_INDEX

# The order numbers the classes. Source: OLIVINE, the 13 prompts of its Grounded-SAM, and the 16 of
# its SEEM (App. B) with the background that SEEM may also name.
GROUNDED_SAM = (
    'barrier', 'bicycle', 'bus', 'car', 'motorcycle', 'pedestrian', 'traffic cone', 'truck',
    'road', 'sidewalk', 'terrain', 'vegetation', 'building')
SEEM_PROMPTS = (
    'barrier', 'bicycle', 'bus', 'car', 'truck', 'trailer', 'motorcycle', 'construction vehicle',
    'pedestrian', 'traffic cone', 'road', 'sidewalk', 'terrain', 'vegetation', 'building',
    'other ground')
SEEM = (*SEEM_PROMPTS, 'background')
PROMPTS = {'grounded-sam': GROUNDED_SAM, 'seem': SEEM_PROMPTS}

_MEANT = {
    'road': 'driveable_surface', 'building': 'manmade', 'other_ground': 'other_flat'}
_NAMELESS = (128, 128, 128)


def nuscenes_index(names: Sequence[str]) -> np.ndarray:
    """Find the nuScenes class that each class means.

    Args:
        names: of K classes; 'traffic cone' and 'traffic_cone' are the same.

    Returns:
        (K,) int64: index of the 16 classes, 255 where there is none (background).
    """
    known = [name.strip().lower().replace(' ', '_') for name in names]
    known = [_MEANT.get(name, name) for name in known]
    classes = nuscenes_classes.CLASSES
    return np.array([classes.index(name) if name in classes else IGNORE_INDEX for name in known],
                    dtype=np.int64)


def palette_of(names: Sequence[str]) -> tuple[tuple[int, int, int], ...]:
    """Choose the colours of classes: those of the nuScenes classes that they mean, or grey.

    Args:
        names: of K classes.

    Returns:
        One (R, G, B) per class.
    """
    return tuple(_NAMELESS if index == IGNORE_INDEX else nuscenes_classes.PALETTE[index]
                 for index in nuscenes_index(names))
