"""From finished runs to the numbers of a claim."""
from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from mmcrossdistill.chain.run_logs import last_validation

from .claim import Quantity
from .plan import RESULTS
from .recipe import Recipe


def read_metric(folder: Path, kind: str, key: str) -> float:
    """Read one metric of a finished run.

    Args:
        folder: of the run.
        kind: of its recipe.
        key: for 'train' ``<prefix>/<metric>`` of the last validation (``seg/night/miou``); for
            'corruptions' the same behind the corruption (``fog:seg/full/miou``), a mean over
            severities; for 'features' ``<number>/<condition>``; for 'quantization'
            ``corner_mm/all`` or, by metres from the sensor, ``corner_mm/0-10``: a mean over points.

    Returns:
        The value.

    Raises:
        KeyError: if the run has no such metric.
        FileNotFoundError: if it left no results.
    """
    if kind == 'train':
        prefix, rest = key.split('/', 1)
        return last_validation(folder, prefix)[rest]
    results = json.loads((folder / RESULTS[kind]).read_text())
    if kind == 'features':
        number, condition = key.split('/', 1)
        return float(results[number][condition])
    if kind == 'quantization':
        return _mean_distance(results, *key.split('/', 1))
    corruption, metric = key.split(':', 1)
    values = [cell['metrics'][metric] for cell in results['cells']
              if cell['corruption'] == corruption]
    if not values:
        raise KeyError(f'{folder}: no result for the corruption {corruption!r}')
    return sum(values) / len(values)


def _mean_distance(clouds: list[dict], number: str, where: str) -> float:
    """Average over the points of all clouds, or over those of one range bin."""
    bins = clouds if where == 'all' else [
        entry for cloud in clouds for entry in cloud['by_range']
        if f'{entry["from_m"]}-{entry["to_m"]}' == where]
    count = sum(entry['num_points'] for entry in bins)
    if not count:
        raise KeyError(f'no point is {where} m from the sensor')
    return sum(entry[number] * entry['num_points'] for entry in bins) / count


def read_quantity(quantity: Quantity, recipes: Mapping[str, Recipe], folder: Path) -> float:
    """Read one side of a claim.

    Args:
        quantity: the side.
        recipes: all, by name.
        folder: of the repetition.

    Returns:
        The sum of its terms.
    """
    return quantity.total(lambda term: read_metric(
        folder / term.recipe, recipes[term.recipe].kind, term.metric))
