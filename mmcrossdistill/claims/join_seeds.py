"""Results of seeds that were measured in several runs, perhaps on several machines."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def add_seeds(new: dict[str, Any], old: Mapping[str, Any] | None) -> dict[str, Any]:
    """Add the seeds of an earlier result, if it was made with the same settings.

    Args:
        new: ``settings`` (:class:`~mmcrossdistill.claims.settings.SettingsDigest`) and ``runs``,
            each with a ``seed``; they replace old ones of the same seed.
        old: likewise, or ``None``.

    Returns:
        ``new`` with all runs, ordered by seed.
    """
    if old is None or old.get('settings') != new['settings']:
        return new
    by_seed = {run['seed']: run for run in (*old['runs'], *new['runs'])}
    return {**new, 'runs': [by_seed[seed] for seed in sorted(by_seed)]}


def join_encoders(new: Mapping[str, dict[str, Any]], old: Mapping[str, dict[str, Any]],
                  known: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Add the encoders and the seeds of an earlier comparison.

    Args:
        new: ``settings`` and ``runs`` by encoder.
        old: likewise.
        known: settings of today, by encoder; what was made with others is left out.

    Returns:
        All, in the order of ``known``.
    """
    kept = {name: result for name, result in old.items()
            if result['settings'] == known.get(name)}
    return {name: add_seeds(new[name], kept.get(name)) if name in new else kept[name]
            for name in known if name in new or name in kept}
