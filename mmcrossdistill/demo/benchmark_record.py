"""The committed record of the demonstration: JSON, and the Markdown made from it."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmcrossdistill.utils.markdown_table import markdown_table

from .tables import HEADLINES, METRICS, MetricName, Table, anchor, comparison, verdicts

_KEPT = ('name', 'evidence', 'quick', 'settings', 'seeds', 'seg', 'depth', 'seg3d', 'gains',
         'expectations', 'mean', 'std', 'per_seed', 'run_times_s', 'versions', 'commands')


def to_markdown(table: Table) -> str:
    """Write a table as Markdown.

    Args:
        table: any.

    Returns:
        Markdown; verdicts and gains in bold.
    """
    return markdown_table(table.header, [
        [f'**{cell.text}**' if cell.good is not None else cell.text for cell in row]
        for row in table.rows], numbers=True)


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


def results_block(summary: Mapping[str, Any]) -> str:
    """Make what the README shows of the results.

    Args:
        summary: of the demonstration, or a record of it.

    Returns:
        Markdown.
    """
    return '\n\n'.join((results_tables(summary, HEADLINES), to_markdown(verdicts(summary)),
                        provenance(summary)))
