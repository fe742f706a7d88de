"""Results by condition: grouping and a table for the log."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ALL = 'full'
_FIRST = (ALL, 'day_clear', 'day_rain', 'night')


def condition_key(condition: str) -> str:
    """Name a condition as in metric keys.

    Args:
        condition: as in the infos, e.g. 'day-clear'.
    """
    return condition.replace('-', '_')


def group_by_condition(results: Iterable[tuple[str | None, Any]]) -> dict[str, list]:
    """Collect results of all samples and of each condition.

    Args:
        results: condition (``None`` counts for all only) and value of each sample.

    Returns:
        Key to values: 'full' first, then the conditions that occur.
    """
    groups: dict[str, list] = {ALL: []}
    for condition, value in results:
        groups[ALL].append(value)
        if condition is not None:
            groups.setdefault(condition_key(condition), []).append(value)
    order = [key for key in _FIRST if key in groups]
    return {key: groups[key] for key in [*order, *sorted(groups.keys() - set(order))]}


def format_table(corner: str, columns: Sequence[str], rows: Mapping[str, Sequence[str]]) -> str:
    """Lay out text in aligned columns.

    Args:
        corner: heading of the row names.
        columns: headings.
        rows: name to one text per column.

    Returns:
        The lines, with a newline before the first.
    """
    lines = [[corner, *columns], *([name, *cells] for name, cells in rows.items())]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return ''.join('\n' + '  '.join(
        cell.ljust(width) if index == 0 else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(line, widths, strict=True))) for line in lines)
