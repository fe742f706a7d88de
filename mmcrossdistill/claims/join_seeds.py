"""Results of seeds that were measured in several runs, perhaps on several machines."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def join_runs(new: Sequence[dict[str, Any]], old: Sequence[dict[str, Any]],
              ) -> list[dict[str, Any]]:
    """Add runs of other seeds.

    Args:
        new: runs with a ``seed``; they replace old ones of the same seed.
        old: likewise.

    Returns:
        Ordered by seed.
    """
    by_seed = {run['seed']: run for run in (*old, *new)}
    return [by_seed[seed] for seed in sorted(by_seed)]


def same_settings(new: Mapping[str, Any], old: Mapping[str, Any] | None) -> bool:
    """Tell whether two results may be joined.

    Args:
        new: with the ``settings`` of :func:`~mmcrossdistill.claims.settings.settings_digest`.
        old: likewise, or ``None``.
    """
    return old is not None and old.get('settings') == new['settings']
