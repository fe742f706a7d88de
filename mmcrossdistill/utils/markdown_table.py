"""Tables in Markdown."""
from __future__ import annotations

from collections.abc import Sequence


def markdown_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], numbers: bool = False,
) -> str:
    """Write a table.

    Args:
        header: one text per column.
        rows: likewise.
        numbers: whether all columns but the first are aligned to the right.
    """
    rest = '---:' if numbers else '---'
    lines = [header, ['---', *[rest] * (len(header) - 1)], *rows]
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines)
