"""Look-up tables between raw label ids and training classes."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

IGNORE_INDEX = 255


def build_label_map(raw_ids: Mapping[str, Sequence[int]], size: int) -> np.ndarray:
    """Make the look-up table from raw ids to classes.

    Args:
        raw_ids: class name to its raw ids; the order numbers the classes.
        size: number of raw ids.

    Returns:
        (size,) int64, read-only: class of each raw id, 255 where it is ignored.
    """
    table = np.full(size, IGNORE_INDEX, dtype=np.int64)
    for index, ids in enumerate(raw_ids.values()):
        table[list(ids)] = index
    table.setflags(write=False)
    return table
