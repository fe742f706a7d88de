"""Tables and curves of a corruption grid."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmcrossdistill.utils.atomic_file import write_atomically
from mmcrossdistill.visualization.image_grid import encode_png
from mmcrossdistill.visualization.severity_curves import SeverityPanel, severity_curves

from .corruption_grid import CLEAN
from .metrics.conditions import ALL

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

    lines: list[Sequence[str]] = [
        [_title(key), 'clean', *map(str, severities), 'mean'],
        ['---'] + ['---:'] * (len(severities) + 2)]
    for corruption, row in values.items():
        # A mean over fewer severities than its neighbours' would mislead.
        mean = float(np.mean(list(row.values()))) if len(row) == len(severities) else None
        lines.append([corruption, text(clean), *(text(row.get(level)) for level in severities),
                      text(mean)])
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines)


def write_report(results: Mapping[str, Any], folder: Path) -> str:
    """Write ``table.md`` and ``curves.png``.

    Args:
        results: of a grid.
        folder: where they go.

    Returns:
        The tables over all conditions, as in the file.

    Raises:
        ValueError: if no metric is an mIoU or an RMSE.
    """
    keys = headline_keys(results)
    if not keys:
        raise ValueError(
            f'no metric ends in {sorted(HEADLINES)}: {sorted(results["cells"][0]["metrics"])}')
    overall = [key for key in keys if key.split('/')[1] == ALL]
    tables = {key: severity_table(results, key) for key in keys}
    source = f'checkpoint {results["checkpoint"]}, corruption seed {results["seed"]}'
    write_atomically(
        folder / 'table.md', '\n\n'.join([*tables.values(), source]).encode() + b'\n')
    panels = [SeverityPanel(_title(key), series(results, key), CLEAN) for key in overall]
    write_atomically(folder / 'curves.png', encode_png(severity_curves(panels)))
    return '\n\n'.join(tables[key] for key in overall)
