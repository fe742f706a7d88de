"""A comparison of pre-trainings as JSON, table and picture."""
from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mmcrossdistill.chain.progress import format_seconds
from mmcrossdistill.claims.verdict import RULE, judge
from mmcrossdistill.utils.atomic_file import write_atomically
from mmcrossdistill.utils.markdown_table import markdown_table
from mmcrossdistill.visualization.charts import MethodPanel, method_bars

if TYPE_CHECKING:
    from .method_benchmark import MethodBenchmark

QUICK = 'Quick run on the tiny world: these numbers mean nothing.'
HOW = ('mean ± standard deviation over seeds. All methods of a network start from its random '
       'weights.')
ORDER = ('A method is more than two standard deviations better if its mean difference exceeds '
         f'twice the larger standard deviation of the two. {RULE}')


def spread(values: Sequence[float]) -> dict[str, float | None]:
    """Summarise the seeds.

    Args:
        values: one per seed.

    Returns:
        ``mean`` and ``std`` (n - 1; ``None`` with one seed).
    """
    return dict(mean=float(np.mean(values)),
                std=float(np.std(values, ddof=1)) if len(values) > 1 else None)


def compare(rows: Sequence[Mapping[str, Any]], benchmark: MethodBenchmark) -> list[dict[str, Any]]:
    """Hold the results against the order that the papers report.

    Every method against random weights of its network, and the pairs of the benchmark: on the same
    network, or where each of both has one network only. Seed by seed, of the seeds of both.

    Args:
        rows: of the summary.
        benchmark: the comparison.

    Returns:
        One entry per pair and evaluation: the verdict of the ledger's rule, and whether the mean
        difference is more than twice the larger standard deviation of the two.
    """
    of: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of.setdefault(row['method'], []).append(row)
    random = {row['network']: row for row in of.pop('random', ())}
    pairs = [(random[row['network']], row) for group in of.values() for row in group
             if row['network'] in random]
    for first, second in benchmark.order:
        group, others = of.get(first, []), of.get(second, [])
        pairs += [(a, b) for a in group for b in others
                  if a['network'] == b['network'] or len(group) == len(others) == 1]
    found = []
    for worse, better in pairs:
        for evaluation in benchmark.evaluations:
            if evaluation.key not in worse or evaluation.key not in better:
                continue
            a, b = (dict(zip(row['seeds'], row[evaluation.key]['values'], strict=True))
                    for row in (worse, better))
            seeds = [seed for seed in a if seed in b]
            if not seeds:
                continue
            judgement = judge([b[seed] - a[seed] for seed in seeds], sign=1)
            spreads = [spread([side[seed] for seed in seeds])['std'] for side in (a, b)]
            limit = None if None in spreads else 2 * max(spreads)
            found.append(dict(
                evaluation=evaluation.key, worse=worse['title'], better=better['title'],
                network=better['network'], difference=judgement.mean, std=judgement.std,
                verdict=judgement.verdict,
                more_than_two_std=None if limit is None else bool(judgement.mean > limit)))
    return found


def write_report(summary: Mapping[str, Any], out: Path) -> None:
    """Write the files.

    Args:
        summary: of the runs.
        out: JSON file; table and picture take its name with ``.md`` and ``.png``.
    """
    text = json.dumps(summary, indent=1, allow_nan=False) + '\n'
    write_atomically(out, text.encode())
    write_atomically(out.with_suffix('.md'), render(summary, out.name).encode())
    picture = io.BytesIO()
    draw(summary).savefig(picture, format='png', dpi=110)
    write_atomically(out.with_suffix('.png'), picture.getvalue())


def draw(summary: Mapping[str, Any]) -> Any:
    """Draw the results of the methods; rows of ablations stand in the table.

    Args:
        summary: of the runs.

    Returns:
        The figure.
    """
    panels = []
    for key, evaluation in summary['evaluations'].items():
        rows = [row for row in _methods(summary) if key in row]
        if rows:
            panels.append(MethodPanel(
                title=evaluation['title'], unit=evaluation['unit'],
                groups=[row['network'] for row in rows], labels=[row['title'] for row in rows],
                means=[row[key]['mean'] for row in rows],
                stds=[math.nan if row[key]['std'] is None else row[key]['std'] for row in rows],
                is_baseline=[row['method'] == 'random' for row in rows]))
    return method_bars(panels)


def render(summary: Mapping[str, Any], source: str) -> str:
    """Write the page.

    Args:
        summary: of the runs.
        source: name of the JSON file.

    Returns:
        Markdown.
    """
    quick = f' **{QUICK}**' * summary['quick']
    order, comparisons = comparison_table(summary)
    return '\n\n'.join((
        f'# {summary["title"]}',
        f'Generated from `{source}` by `tools/benchmarks/{summary["name"]}.py`; do not edit by '
        'hand.',
        f'Evidence level: `{summary["evidence"]}` (our own runs on the embedded world), '
        f'{provenance(summary)}.{quick}',
        f'![Bars of all methods]({Path(source).with_suffix(".png")})',
        f'{summary["measured"]}, {HOW}',
        markdown_table(*result_table(summary)),
        '## The order that the papers report', ORDER,
        markdown_table(order, [[*cells, f'**{verdict}**'] for *cells, verdict in comparisons]),
    )) + '\n'


def results_block(summary: Mapping[str, Any]) -> str:
    """Make what the README shows of the results.

    Args:
        summary: of the runs.

    Returns:
        Markdown.
    """
    methods = result_table({**summary, 'rows': _methods(summary)})
    return '\n\n'.join((markdown_table(*methods),
                        f'{summary["measured"]}, {HOW} Evidence level: `{summary["evidence"]}`, '
                        f'{provenance(summary)}.'))


def _methods(summary: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the rows that are no ablations, or all where there are no others."""
    return [row for row in summary['rows'] if not row['ablation']] or summary['rows']


def provenance(summary: Mapping[str, Any]) -> str:
    """Say how the numbers were made.

    Args:
        summary: of the runs.
    """
    runs = [run for encoder in summary['encoders'].values() for run in encoder['runs']]
    made = ', '.join(
        _list_versions(name, list(values)) for name in ('torch', 'device', 'commit')
        if (values := dict.fromkeys(
            run['versions'][name] for run in runs if name in run['versions'])))
    # Encoders share trainings.
    times = {(run['seed'], name): seconds for run in runs
             for name, seconds in run['run_times_s'].items()}
    seeds = sorted({run['seed'] for run in runs})
    mixed = ' in mixed precision' * summary.get('amp', False)
    return (f'seed{"s" * (len(seeds) > 1)} {", ".join(map(str, seeds))} of all trainings{mixed}; '
            f'{made}; {format_seconds(sum(times.values()))} of training and evaluation')


def _list_versions(name: str, values: Sequence[str]) -> str:
    """Name the values of a version, or say how many there are where they are many."""
    if len(values) <= 3:
        return f'{name} {" and ".join(values)}'
    return f'{len(values)} values of {name}, each beside its runs in the JSON file'


def result_table(summary: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Lay out the results.

    Args:
        summary: of the runs.

    Returns:
        Header and rows.
    """
    evaluations = summary['evaluations']
    columns = [f'{entry["title"]}: {entry["unit"]}' for entry in evaluations.values()]
    return ['pre-training', 'network', *columns], [
        [_name(row, summary), row['network'], *(_number(row.get(key)) for key in evaluations)]
        for row in summary['rows']]


def comparison_table(summary: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Lay out the comparisons.

    Args:
        summary: of the runs.

    Returns:
        Header and rows.
    """
    header = ['expected', 'network', 'evaluation', 'difference', 'more than 2 std', 'verdict']
    return header, [
        [f'{entry["better"]} > {entry["worse"]}', entry['network'],
         summary['evaluations'][entry['evaluation']]['title'], f'{entry["difference"]:+.1f}',
         _yes(entry['more_than_two_std']), entry['verdict']]
        for entry in summary['comparisons']]


def _name(row: Mapping[str, Any], summary: Mapping[str, Any]) -> str:
    """Name a row, and its seeds if it lacks some."""
    most = max(len(other['seeds']) for other in summary['rows'])
    few = len(row['seeds']) < most
    return row['title'] + f' (seed {", ".join(map(str, row["seeds"]))} only)' * few


def _number(result: Mapping[str, Any] | None) -> str:
    """Write mean and spread of an evaluation, if there is one."""
    if result is None:
        return '–'
    spread_ = '' if result['std'] is None else f' ± {result["std"]:.1f}'
    return f'{result["mean"]:.1f}{spread_}'


def _yes(value: bool | None) -> str:
    """Write what is true, false or unknown."""
    return {None: '–', True: 'yes', False: 'no'}[value]
