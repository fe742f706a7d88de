"""What the demonstration measured, as the ledger reads it: its probes are those of the claims."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.papers.registry import RECIPES
from mmcrossdistill.claims.settings import SettingsDigest

from .record import Record, RecordedRun

NAME = 'cd_minidrive'
# Recipe to the step of the demonstration, and to the place of its metrics in the record.
_PROBES = {
    'seg_lp/reference': ('seg_before', 'seg', 'before'),
    'seg_lp/stage2': ('seg_after', 'seg', 'after'),
    'depth_lp/reference': ('depth_before', 'depth', 'before'),
    'depth_lp/stage2': ('depth_after', 'depth', 'after'),
    'seg3d_lp/stage1': ('seg3d', 'seg3d', '')}
_TRAININGS = ('reference', 'stage1', 'stage2')


def demonstration_settings(world_seed: int, root: Path) -> dict[str, str]:
    """Hash what the demonstration's numbers depend on today.

    Args:
        world_seed: of the world.
        root: of the repository.

    Returns:
        By recipe of the ledger.
    """
    return _hash_probes(
        SettingsDigest(RECIPES, RunOptions(Path(), Path(), seed=world_seed), root))


def _hash_probes(digest: SettingsDigest) -> dict[str, str]:
    """Hash the settings of every probe."""
    return {recipe: digest([recipe]) for recipe in _PROBES}


def demonstration_record(summary: Mapping[str, Any], root: Path) -> Record:
    """Read the JSON file of the demonstration.

    Args:
        summary: its content.
        root: of the repository.

    Returns:
        The probes whose settings are those of today, and of the ledger's world.
    """
    digest = SettingsDigest(RECIPES, RunOptions(Path(), Path()), root)
    known = _hash_probes(digest)
    record = Record(digest, lambda recipes, seeds: f'make demo SEEDS={seeds}')
    per_seed = summary.get('per_seed', {str(summary['seeds'][0]): summary})
    for recipe, (step, task, moment) in _PROBES.items():
        if summary.get('settings', {}).get(recipe) != known[recipe]:
            continue
        record.runs[recipe] = {
            seed: RecordedRun(_times(summary, seed, recipe, step), summary['versions'])
            for seed in summary['seeds']}
        for seed in summary['seeds']:
            for metric, value in _metrics(per_seed[str(seed)][task], task, moment):
                record.values.setdefault((recipe, metric), {})[seed] = value
    return record


def _times(summary: Mapping[str, Any], seed: int, recipe: str, step: str) -> dict[str, float]:
    """Name the seconds of a seed's steps as the ledger does."""
    prefix = '' if seed == summary['seeds'][0] else f'seed{seed}/'
    return {name: summary['run_times_s'][prefix + source]
            for name, source in (*zip(_TRAININGS, _TRAININGS, strict=True), (recipe, step))}


def _metrics(results: Mapping[str, Any], task: str, moment: str) -> Iterator[tuple[str, float]]:
    """List the metrics of one probe by the names that its log has."""
    for name, by_moment in results.items():
        for condition, value in (by_moment[moment] if moment else by_moment).items():
            if isinstance(value, Mapping):
                yield from ((f'{task}/{condition}/{name}_{key}', number)
                            for key, number in value.items())
            else:
                yield f'{task}/{condition}/{name}', value
