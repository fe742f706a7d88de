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
            severities; for 'features' ``<number>/<condition>``.

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
    corruption, metric = key.split(':', 1)
    values = [cell['metrics'][metric] for cell in results['cells']
              if cell['corruption'] == corruption]
    if not values:
        raise KeyError(f'{folder}: no result for the corruption {corruption!r}')
    return sum(values) / len(values)


def read_quantity(quantity: Quantity, recipes: Mapping[str, Recipe], folder: Path) -> float:
    """Read one side of a claim.

    Args:
        quantity: the side.
        recipes: all, by name.
        folder: of the repetition.

    Returns:
        The sum of its terms.
    """
    return sum(term.factor * read_metric(
        folder / term.recipe, recipes[term.recipe].kind, term.metric) for term in quantity.terms)
