"""Dropping points, together with everything that speaks of them."""
from __future__ import annotations

from typing import Any

import numpy as np
import torch


def refuse_several_clouds(results: dict[str, Any]) -> None:
    """Make sure that the points are those of one cloud.

    Args:
        results: data dict.

    Raises:
        ValueError: if they are not.
    """
    if 'cloud_sizes' in results:
        raise ValueError(
            'the sample holds several clouds: put transforms that drop points or look for '
            'neighbours inside ForEachCloud')


def select_points(results: dict[str, Any], index: np.ndarray) -> None:
    """Keep some points; labels and pairs follow.

    Args:
        results: data dict, changed in place; keys ``points`` and, if present, ``point_labels``,
            ``point_instances``, ``aligned_xyz`` and ``corr``.
        index ((K,) int64): rows to keep, in the new order.

    Raises:
        ValueError: if the sample holds several clouds.
    """
    refuse_several_clouds(results)
    count = len(results['points'])
    results['points'] = results['points'][index]
    for key in ('point_labels', 'point_instances', 'aligned_xyz'):
        if key in results:
            results[key] = results[key][index]
    if 'corr' in results:
        new_index = np.full(count, -1, dtype=np.int64)
        new_index[index] = np.arange(len(index))
        results['corr'] = results['corr'].remap_points(torch.from_numpy(new_index))
