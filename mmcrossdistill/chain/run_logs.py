"""What a training left in its log files."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np


def read_scalars(work_dir: Path) -> list[dict[str, Any]]:
    """Read the scalars of a run, a resumed run's parts in their order.

    Args:
        work_dir: of the run; MMEngine writes ``<time>/vis_data/scalars.json`` below it.

    Returns:
        One dict per logged line.

    Raises:
        FileNotFoundError: if there is no such file.
    """
    files = sorted(work_dir.glob('*/vis_data/scalars.json'))
    if not files:
        raise FileNotFoundError(
            f'{work_dir}/*/vis_data/scalars.json does not exist: the run logged nothing; is '
            f'LocalVisBackend among vis_backends of its config?')
    return [json.loads(line) for path in files for line in path.read_text().splitlines() if line]


def last_validation(work_dir: Path, prefix: str) -> dict[str, float]:
    """Read the metrics of the last validation.

    Args:
        work_dir: of the run.
        prefix: of the metric, e.g. ``seg``.

    Returns:
        Metric key without the prefix to value.

    Raises:
        ValueError: if no line has such a metric.
    """
    for line in reversed(read_scalars(work_dir)):
        found = {key.removeprefix(f'{prefix}/'): float(value) for key, value in line.items()
                 if key.startswith(f'{prefix}/')}
        if found:
            return found
    raise ValueError(
        f'{work_dir}: no validation result with the prefix "{prefix}/" was logged; remove the '
        f'folder and run again')


def loss_history(work_dir: Path, key: str = 'loss') -> tuple[np.ndarray, np.ndarray]:
    """Read a training loss.

    Args:
        work_dir: of the run.
        key: name of the loss.

    Returns:
        (N,) int64 iterations, ascending, and (N,) float64 values; an iteration that was repeated
        after a resume counts once, with its last value.
    """
    values = {line.get('iter', line['step']): line[key]
              for line in read_scalars(work_dir) if key in line}
    steps = np.array(sorted(values), dtype=np.int64)
    return steps, np.array([values[step] for step in steps], dtype=np.float64)
