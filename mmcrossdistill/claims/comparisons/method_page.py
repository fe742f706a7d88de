"""A comparison of pre-trainings as a page with pictures of what the networks see."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from mmcrossdistill.claims.verdict import FAILS, HOLDS
from mmcrossdistill.visualization.html_page import (
    mark,
    page,
    paragraph,
    picture,
    section,
    table,
)
from mmcrossdistill.visualization.image_grid import encode_png

from .method_report import HOW, ORDER, QUICK, comparison_table, draw, provenance, result_table


@dataclass(frozen=True)
class Trained:
    """A network that a run of the comparison left.

    Args:
        config: of its training.
        checkpoint: its last.
    """

    config: Path
    checkpoint: Path


# From networks by title, and the root of the world, to sections of the page.
Gallery = Callable[[Mapping[str, Trained], Path], list[str]]


def build_page(summary: Mapping[str, Any], galleries: Mapping[str, list[str]]) -> str:
    """Write the page.

    Args:
        summary: of the runs.
        galleries: sections with pictures, by what they show.

    Returns:
        One self-contained HTML document.
    """
    header, rows = comparison_table(summary)
    order = [[*map(escape, cells), mark(verdict, verdict == HOLDS)
              if verdict in (HOLDS, FAILS) else verdict] for *cells, verdict in rows]
    columns, results = result_table(summary)
    return page(
        summary['title'],
        paragraph(f'{escape(summary["measured"])}, {HOW}', 'lead'),
        *([paragraph(QUICK, 'warning')] if summary['quick'] else []),
        section('Results', picture(encode_png(draw(summary)), 'All methods beside random weights.'),
                table(columns, [list(map(escape, row)) for row in results])),
        section('The order that the papers report', paragraph(escape(ORDER.replace('**', ''))),
                table(header, order)),
        *(part for title, parts in galleries.items() for part in (
            section(title, paragraph('Networks of the first seed.')), *parts)),
        section('How it was made', paragraph(
            f'Evidence level: <code>{summary["evidence"]}</code>, {escape(provenance(summary))}. '
            f'Command: <code>python tools/benchmarks/{summary["name"]}.py</code>')))
