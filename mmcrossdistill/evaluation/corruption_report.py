"""Tables and curves of a corruption grid."""
from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mmcrossdistill.utils.atomic_file import write_atomically
from mmcrossdistill.utils.config_check import ConfigError
from mmcrossdistill.utils.markdown_table import markdown_table
from mmcrossdistill.visualization.image_grid import encode_png
from mmcrossdistill.visualization.severity_curves import SeverityPanel, severity_curves

from .corruption_grid import CLEAN
from .metrics.conditions import ALL
from .resilience import BASELINES, Baseline, score

# Last part of a metric's key -> heading. These are tabulated; the json holds all metrics.
HEADLINES = {'miou': 'mIoU (%)', 'rmse': 'RMSE (m)'}


def headline_keys(results: Mapping[str, Any]) -> list[str]:
    """Find the metrics to show: those over everything, then those by condition.

    Args:
        results: of a grid.

    Returns:
        Keys such as 'seg/full/miou', in the order of the metrics.
    """
    keys = results['cells'][0]['metrics']
    return [key for key in keys if key.rsplit('/', 1)[-1] in HEADLINES]


def series(results: Mapping[str, Any], key: str) -> dict[str, dict[int, float]]:
    """Sort one metric by corruption and severity.

    Args:
        results: of a grid.
        key: of the metric.

    Returns:
        Corruption to severity to value; the clean data are severity 0 of ``'clean'``.
    """
    values: dict[str, dict[int, float]] = {}
    for cell in results['cells']:
        values.setdefault(cell['corruption'], {})[cell['severity']] = cell['metrics'][key]
    return values


def _title(key: str) -> str:
    """Name a metric for people, e.g. 'mIoU (%), night'."""
    _, condition, metric = key.split('/')
    return f'{HEADLINES[metric]}, {"all" if condition == ALL else condition.replace("_", "-")}'


def severity_table(results: Mapping[str, Any], key: str) -> str:
    """Write one metric as a table: corruptions down, severities across, then their mean.

    Args:
        results: of a grid.
        key: of the metric.

    Returns:
        Markdown.
    """
    values = series(results, key)
    clean = values.pop(CLEAN, {}).get(0)
    severities = sorted({severity for row in values.values() for severity in row})
    digits = 2 if key.endswith('rmse') else 1

    def text(value: float | None) -> str:
        """Write a number, a dash for none."""
        return '-' if value is None or np.isnan(value) else f'{value:.{digits}f}'

    rows = []
    for corruption, row in values.items():
        # A mean over fewer severities than its neighbours' would mislead.
        mean = float(np.mean(list(row.values()))) if len(row) == len(severities) else None
        rows.append([corruption, text(clean), *(text(row.get(level)) for level in severities),
                     text(mean)])
    return markdown_table(
        [_title(key), 'clean', *map(str, severities), 'mean'], rows, numbers=True)


def read_baseline(name: str | None) -> Baseline | None:
    """Find what corruption errors are measured by.

    Args:
        name: key of ``BASELINES``, or path of the results of a grid.

    Returns:
        The baseline; ``None`` without a name.

    Raises:
        ConfigError: if there is none of this name, or it has no mIoU.
    """
    if name is None or name in BASELINES:
        return BASELINES.get(name)
    if not Path(name).is_file():
        raise ConfigError(f'--baseline {name} is neither a file nor one of {sorted(BASELINES)}')
    results = json.loads(Path(name).read_text())
    keys = _overall_mious(results)
    if not keys:
        raise ConfigError(f'--baseline {name} has no mIoU')
    return Baseline(results['checkpoint'], {
        corruption: float(np.mean(list(row.values())))
        for corruption, row in series(results, keys[0]).items() if corruption != CLEAN})


def _overall_mious(results: Mapping[str, Any]) -> list[str]:
    """List the mIoUs over everything."""
    return [key for key in headline_keys(results) if key.endswith(f'/{ALL}/miou')]


def resilience_table(results: Mapping[str, Any], key: str, baseline: Baseline | None) -> str:
    """Write Robo3D's scores as a table: corruptions down, their means last.

    Args:
        results: of a grid, with the clean data.
        key: of an mIoU.
        baseline: that errors are measured by; without one there are resilience rates alone.

    Returns:
        Markdown.

    Raises:
        ConfigError: if the baseline has not the same corruptions.
    """
    values = series(results, key)
    clean = values.pop(CLEAN)[0]
    scores = score({name: list(row.values()) for name, row in values.items()}, clean, baseline)
    against = '' if baseline is None else f', against {baseline.title}'
    columns = {'RR (%)': (scores.rates, scores.mean_rate)}
    if scores.errors is not None:
        columns = {'CE (%)': (scores.errors, scores.mean_error)} | columns
    rows = [[name, *(f'{each[name]:.1f}' for each, _ in columns.values())] for name in values]
    rows.append(['mean', *(f'{mean:.1f}' for _, mean in columns.values())])
    return markdown_table([f'{_title(key)}{against}', *columns], rows, numbers=True)


def write_report(results: Mapping[str, Any], folder: Path,
                 baseline: Baseline | None = None) -> str:
    """Write ``table.md`` and ``curves.png``.

    Args:
        results: of a grid.
        folder: where they go.
        baseline: that corruption errors are measured by.

    Returns:
        The tables over all conditions, as in the file.

    Raises:
        ConfigError: if the baseline has not the same corruptions.
        ValueError: if no metric is an mIoU or an RMSE.
    """
    keys = headline_keys(results)
    if not keys:
        raise ValueError(
            f'no metric ends in {sorted(HEADLINES)}: {sorted(results["cells"][0]["metrics"])}')
    overall = [key for key in keys if key.split('/')[1] == ALL]
    tables = {key: severity_table(results, key) for key in keys}
    for key in _overall_mious(results) if len(results['cells']) > 1 else ():
        tables[key] += '\n\n' + resilience_table(results, key, baseline)
    source = f'checkpoint {results["checkpoint"]}, ' + (
        f'corrupted sets {results["sets"]}' if 'sets' in results
        else f'corruption seed {results["seed"]}')
    write_atomically(
        folder / 'table.md', '\n\n'.join([*tables.values(), source]).encode() + b'\n')
    panels = [SeverityPanel(_title(key), series(results, key), CLEAN) for key in overall]
    write_atomically(folder / 'curves.png', encode_png(severity_curves(panels)))
    return '\n\n'.join(tables[key] for key in overall)
