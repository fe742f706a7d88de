"""Make true labels as wrong as those of a labeller that was never shown the data."""
from __future__ import annotations

import numpy as np

from mmcrossdistill.datasets.label_tables import IGNORE_INDEX
from mmcrossdistill.datasets.nuscenes_classes import CLASSES

from .minidrive_truth import NO_OBJECT, Truth

MAX_SHIFT = 0.1  # of the width of the image, at severity 1
# A class that a labeller does not tell from a more frequent one goes into that one.
_MERGED = {
    'barrier': 'manmade', 'bus': 'truck', 'construction_vehicle': 'truck',
    'motorcycle': 'bicycle', 'traffic_cone': 'barrier', 'trailer': 'truck', 'truck': 'car',
    'other_flat': 'driveable_surface', 'sidewalk': 'driveable_surface', 'terrain': 'vegetation'}
MERGED_INTO = np.array([CLASSES.index(_MERGED.get(name, name)) for name in CLASSES])


def degrade(truth: Truth, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Worsen the labels of one image.

    A mask is an object, or all that an image shows of a class without objects. At severity s each

    - is taken for the more frequent class that it resembles, with probability s (merged classes);
    - is not found, if it is an object, with probability s: unlabelled, where no other mask lies;
    - lies elsewhere, by up to ``s * MAX_SHIFT`` of the width to each side, up or down.

    Larger masks are painted first, those of objects after all others. The numbers that are drawn
    do not depend on the severity, so that a higher one keeps the errors of a lower one.

    Args:
        truth: of the image.
        severity: s, 0 to 1; 0 gives the truth.
        rng: of the image.

    Returns:
        (H, W) int64: class, 255 where unlabelled.
    """
    keys = np.where(truth.labels == IGNORE_INDEX, -1,
                    (truth.objects - NO_OBJECT) * IGNORE_INDEX + truth.labels)
    found, areas = np.unique(keys[keys >= 0], return_counts=True)
    lost, merged = rng.random((2, len(found))) < severity
    reach = severity * MAX_SHIFT * keys.shape[1]
    shifts = np.rint(rng.uniform(-1, 1, (len(found), 2)) * reach).astype(int)
    is_object = found >= IGNORE_INDEX
    labels = found % IGNORE_INDEX
    labels = np.where(merged, MERGED_INTO[labels], labels)
    painted = np.full(keys.shape, IGNORE_INDEX, dtype=np.int64)
    for row in np.lexsort((-areas, is_object)):
        if not (lost[row] and is_object[row]):
            painted[_shifted(keys == found[row], *shifts[row])] = labels[row]
    return painted


def _shifted(mask: np.ndarray, down: int, right: int) -> np.ndarray:
    """Move a mask; what enters the image continues its border.

    Args:
        mask ((H, W) bool): a mask.
        down: pixels.
        right: pixels.

    Returns:
        (H, W) bool.
    """
    height, width = mask.shape
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - right, 0, width - 1)
    return mask[rows[:, None], columns]
