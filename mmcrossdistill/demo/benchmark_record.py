"""The committed record of a benchmark: JSON, and the Markdown made from it."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .tables import HEADLINES, METRICS, MetricName, Table, anchor, comparison, verdicts

RESULTS_BEGIN, RESULTS_END = '<!-- results:begin -->', '<!-- results:end -->'
_KEPT = ('evidence', 'quick', 'seeds', 'seg', 'depth', 'seg3d', 'gains', 'expectations', 'mean',
         'std', 'per_seed', 'run_times_s', 'versions', 'commands')


def to_markdown(table: Table) -> str:
    """Write a table as Markdown.

    Args:
        table: any.

    Returns:
        Markdown; verdicts and gains in bold.
    """
    lines = [table.header, ['---'] + ['---:'] * (len(table.header) - 1)]
    lines += [[f'**{cell.text}**' if cell.good is not None else cell.text for cell in row]
              for row in table.rows]
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines)


def results_tables(summary: Mapping[str, Any], metrics: Sequence[MetricName]) -> str:
    """Make the tables of results by condition.

    Args:
        summary: of the demonstration, or a record of it.
        metrics: shown in this order.

    Returns:
        Markdown: one table per metric.
    """
    return '\n\n'.join(to_markdown(comparison(summary, shown)) for shown in metrics)


def provenance(summary: Mapping[str, Any]) -> str:
    """Say in one line where the numbers come from.

    Args:
        summary: of the demonstration, or a record of it.

    Returns:
        Markdown.
    """
    seeds = ', '.join(str(seed) for seed in summary['seeds'])
    spread = '; mean ± standard deviation over seeds of all training stages' \
        if 'mean' in summary else ''
    quick = ' **Quick run: no claim on these numbers.**' if summary['quick'] else ''
    commit = summary['versions'].get('commit')
    made = f', commit {commit}' if commit else ''
    return (f'Evidence level: `{summary["evidence"]}` (our own runs on the embedded world), '
            f'seed {seeds}{spread}; torch {summary["versions"].get("torch", "?")}, '
            f'{summary["versions"].get("device", "?")}{made}.{quick}')


def write_benchmark_record(summary: Mapping[str, Any], path: Path) -> None:
    """Write the record and its Markdown.

    Args:
        summary: of the demonstration.
        path: of the JSON file; the Markdown takes its name with ``.md``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    record = {key: summary[key] for key in _KEPT if key in summary}
    path.write_text(json.dumps(record, indent=1) + '\n')
    parts = ['# Collaborative Distillation on MiniDrive',
             f'Generated from `{path.name}`; do not edit by hand.',
             provenance(record), results_tables(record, METRICS),
             to_markdown(anchor(record)),
             'Linear probes of the 2D encoder before and after two-stage distillation; changes of '
             'depth errors are relative.',
             to_markdown(verdicts(record))]
    path.with_suffix('.md').write_text('\n\n'.join(parts) + '\n')


def update_results_block(text: str, summary: Mapping[str, Any]) -> str:
    """Replace the results between the markers of a document.

    Args:
        text: of the document.
        summary: of the demonstration, or a record of it.

    Returns:
        The new text; all outside the markers is untouched.

    Raises:
        ValueError: if the markers are missing.
    """
    if RESULTS_BEGIN not in text or RESULTS_END not in text.split(RESULTS_BEGIN)[-1]:
        raise ValueError(f'no {RESULTS_BEGIN} ... {RESULTS_END} block; add the two lines where the '
                         f'results shall stand')
    head, rest = text.split(RESULTS_BEGIN, 1)
    tail = rest.split(RESULTS_END, 1)[1]
    body = '\n\n'.join((results_tables(summary, HEADLINES), to_markdown(verdicts(summary)),
                       provenance(summary)))
    return f'{head}{RESULTS_BEGIN}\n{body}\n{RESULTS_END}{tail}'
