"""The class tables of SemanticKITTI, against its published definition."""
from __future__ import annotations

from mmcrossdistill.datasets.semantickitti_classes import (
    CLASSES,
    LABEL_MAP,
    PALETTE,
    SUBMITTED_IDS,
)

# Of the data set's configuration: class from 1 of each raw id (0: ignored).
LEARNING_MAP = {
    0: 0, 1: 0, 10: 1, 11: 2, 13: 5, 15: 3, 16: 5, 18: 4, 20: 5, 30: 6, 31: 7, 32: 8, 40: 9,
    44: 10, 48: 11, 49: 12, 50: 13, 51: 14, 52: 0, 60: 9, 70: 15, 71: 16, 72: 17, 80: 18, 81: 19,
    99: 0, 252: 1, 253: 7, 254: 6, 255: 8, 256: 5, 257: 5, 258: 4, 259: 5}


def test_map_equals_the_published_one() -> None:
    for raw, label in LEARNING_MAP.items():
        assert LABEL_MAP[raw] == (label - 1 if label else 255)
    assert len(LABEL_MAP) == max(LEARNING_MAP) + 1
    assert sum(LABEL_MAP != 255) == sum(label > 0 for label in LEARNING_MAP.values())


def test_tables_fit() -> None:
    assert len(CLASSES) == len(set(CLASSES)) == len(PALETTE) == len(set(PALETTE)) == 19
    assert [LABEL_MAP[raw] for raw in SUBMITTED_IDS] == list(range(19))
    # No moving object is submitted.
    assert max(SUBMITTED_IDS) < 252
