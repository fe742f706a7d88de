"""summary.json: every number of the demonstration."""
from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmcrossdistill.chain.run_logs import last_validation
from mmcrossdistill.chain.step import Step
from mmcrossdistill.chain.versions import versions

from .expectations import gain, judge
from .steps import DemoOptions, run_folder

CONDITIONS = ('full', 'day_clear', 'day_rain', 'night')
SEG_METRICS = ('miou', 'acc')
DEPTH_METRICS = ('rmse', 'abs_rel')
EVIDENCE = 'minidrive'


def _by_condition(metrics: Mapping[str, float], name: str) -> dict[str, float]:
    """Pick one metric in every condition."""
    return {condition: metrics[f'{condition}/{name}'] for condition in CONDITIONS}


def _class_ious(metrics: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Pick the IoU of every class that occurs in a condition."""
    return {condition: {
        key.removeprefix(f'{condition}/iou_'): value for key, value in metrics.items()
        if key.startswith(f'{condition}/iou_') and not math.isnan(value)}
        for condition in CONDITIONS}


def collect_results(folder: Path) -> dict[str, Any]:
    """Read the numbers of one repetition.

    Args:
        folder: with the probes' work directories.

    Returns:
        ``seg``, ``depth``, ``seg3d`` and ``gains``; mIoU, IoU and accuracy in percent, RMSE in
        metres, abs_rel as a fraction.
    """
    probes = {name: last_validation(folder / name, name.split('_')[0]) for name in (
        'seg_before', 'seg_after', 'depth_before', 'depth_after', 'seg3d')}
    moments = ('before', 'after')
    results: dict[str, Any] = {
        'seg': {name: {moment: _by_condition(probes[f'seg_{moment}'], name) for moment in moments}
                for name in SEG_METRICS},
        'depth': {
            name: {moment: _by_condition(probes[f'depth_{moment}'], name) for moment in moments}
            for name in DEPTH_METRICS},
        'seg3d': {name: _by_condition(probes['seg3d'], name) for name in SEG_METRICS}}
    results['seg']['iou'] = {moment: _class_ious(probes[f'seg_{moment}']) for moment in moments}
    results['gains'] = {
        f'{group}.{name}': {condition: gain(
            results[group][name]['before'][condition], results[group][name]['after'][condition],
            group) for condition in CONDITIONS}
        for group, names in (('seg', SEG_METRICS), ('depth', DEPTH_METRICS)) for name in names}
    return results


def over_seeds(results: Sequence[Any], statistic: Callable[[np.ndarray], float]) -> Any:
    """Apply a statistic to every number of equally shaped results.

    Args:
        results: nested dicts with numbers as leaves, one per seed.
        statistic: maps (S,) values to one.

    Returns:
        A nested dict of the same shape; a key that is not in all results is left out.
    """
    if isinstance(results[0], Mapping):
        return {key: over_seeds([result[key] for result in results], statistic)
                for key in results[0] if all(key in result for result in results)}
    return float(statistic(np.asarray(results, dtype=np.float64)))


def build_summary(options: DemoOptions, steps: Sequence[Step], run_times: Mapping[str, float],
                  root: Path) -> dict[str, Any]:
    """Put all numbers together.

    Args:
        options: of the demonstration.
        steps: that ran.
        run_times: seconds by step; steps that ran side by side overlap.
        root: of the repository.

    Returns:
        The content of ``summary.json``: the first seed's results at the top level; with several
        seeds also ``mean``, ``std`` (with N - 1) and ``per_seed``.
    """
    seeds = list(range(options.seed, options.seed + options.seeds))
    per_seed = [collect_results(root / run_folder(options, seed)) for seed in seeds]
    mean = over_seeds(per_seed, np.mean)
    summary: dict[str, Any] = {
        'evidence': EVIDENCE, 'quick': options.quick, 'seeds': seeds, **per_seed[0],
        'expectations': judge(mean['gains'])}
    if len(seeds) > 1:
        summary['mean'] = mean
        summary['std'] = over_seeds(per_seed, lambda values: np.std(values, ddof=1))
        summary['per_seed'] = {
            str(seed): {**result, 'expectations': judge(result['gains'])}
            for seed, result in zip(seeds, per_seed, strict=True)}
    summary['run_times_s'] = dict(run_times)
    summary['versions'] = versions(root)
    summary['commands'] = {step.name: 'python ' + shlex.join(step.command) for step in steps}
    return summary
