"""Dropping points, together with everything that speaks of them."""
from __future__ import annotations

from typing import Any

import numpy as np
import torch


def select_points(results: dict[str, Any], index: np.ndarray) -> None:
    """Keep some points; labels and pairs follow.

    Args:
        results: data dict, changed in place; keys ``points`` and, if present, ``point_labels``
            and ``corr``.
        index ((K,) int64): rows to keep, in the new order.
    """
    count = len(results['points'])
    results['points'] = results['points'][index]
    if 'point_labels' in results:
        results['point_labels'] = results['point_labels'][index]
    if 'corr' in results:
        new_index = np.full(count, -1, dtype=np.int64)
        new_index[index] = np.arange(len(index))
        results['corr'] = results['corr'].remap_points(torch.from_numpy(new_index))
