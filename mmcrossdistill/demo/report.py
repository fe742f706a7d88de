"""report.html: the demonstration for a reader who has not seen the project."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from mmcrossdistill.chain.progress import format_seconds
from mmcrossdistill.visualization.charts import BarPanel, condition_bars
from mmcrossdistill.visualization.html_page import (
    definitions,
    mark,
    page,
    paragraph,
    picture,
    section,
    table,
)
from mmcrossdistill.visualization.image_grid import encode_png

from .tables import (
    CONDITION_NAMES,
    METRICS,
    Table,
    anchor,
    class_iou,
    comparison,
    verdicts,
)

_TITLE = 'Collaborative Distillation on MiniDrive: a 2D encoder before and after'
_WHAT = (
    'A camera sees little at night and in rain; a LiDAR hardly notices. Collaborative Distillation '
    'uses that in two stages, without labels. <b>Stage 1</b> teaches a 3D network the features of '
    'a 2D image encoder, on clear days only. <b>Stage 2</b> freezes that 3D network and lets it '
    'teach the same 2D encoder in return, in all conditions. The encoder keeps its architecture; '
    'only its weights change. All of it ran on a driving world that the command generated itself.')
_HOW = (
    'Both encoders are frozen and get the same linear layer, trained on the same labelled scenes '
    '(linear probing), for segmentation into 16 classes and for depth. <i>Before</i> is the '
    'encoder as it was pre-trained on clear days, <i>after</i> the same encoder at the end of '
    'stage 2. The validation views show the same streets in all three conditions.')


@dataclass(frozen=True)
class Picture:
    """One picture of the report.

    Args:
        name: file name without ending.
        title: of its section.
        caption: what is to be seen.
        png: bytes of the PNG file.
        tables: of numbers that belong to it.
    """

    name: str
    title: str
    caption: str
    png: bytes
    tables: tuple[Table, ...] = ()


def result_bars(summary: Mapping[str, Any]) -> bytes:
    """Draw mIoU and RMSE by condition.

    Args:
        summary: content of ``summary.json``.

    Returns:
        PNG.
    """
    mean, std = summary.get('mean', summary), summary.get('std')

    def panel(group: str, metric: str, title: str, unit: str) -> BarPanel:
        """Pick one metric under its readable conditions."""
        def named(source: Mapping[str, Any], moment: str) -> dict[str, float]:
            """Rename the conditions of one side."""
            values = source[group][metric][moment]
            return {name: values[key] for key, name in CONDITION_NAMES.items()}
        spread = (None, None) if std is None else (named(std, 'before'), named(std, 'after'))
        return BarPanel(title, unit, named(mean, 'before'), named(mean, 'after'), *spread)

    return encode_png(condition_bars([
        panel('seg', 'miou', 'Segmentation, mIoU: higher is better', '%'),
        panel('depth', 'rmse', 'Depth, RMSE: lower is better', 'm')]))


def _html(shown: Table, caption: str = '') -> str:
    """Write a table as HTML, verdicts and gains in colour."""
    rows = [[escape(cell.text) if cell.good is None else mark(cell.text, cell.good)
             for cell in row] for row in shown.rows]
    return table(shown.header, rows, caption)


def _results(summary: Mapping[str, Any]) -> str:
    """Make the section of numbers."""
    count = len(summary['seeds'])
    seeds = f'seed {summary["seeds"][0]}' if count == 1 else (
        f'mean ± standard deviation over {count} seeds of all training steps, on one world')
    return section(
        'Results by condition', paragraph(f'{_HOW} Shown: {seeds}. Evidence level: '
                                          f'<code>{summary["evidence"]}</code>.'),
        picture(result_bars(summary), 'Linear probes before and after distillation.'),
        *(_html(comparison(summary, shown)) for shown in METRICS),
        paragraph('The teacher of stage 2, probed in the same way on the points:'),
        _html(anchor(summary)),
        paragraph('Classes, best first; – where a class does not occur or is not counted.'),
        _html(class_iou(summary)))


def _provenance(summary: Mapping[str, Any]) -> str:
    """Make the sections on time, versions and commands."""
    times = summary['run_times_s']
    rows = [[escape(name), format_seconds(seconds)] for name, seconds in times.items()]
    rows.append(['<b>sum of steps</b>', f'<b>{format_seconds(sum(times.values()))}</b>'])
    seeds = ', '.join(str(seed) for seed in summary['seeds'])
    commands = '\n'.join(summary['commands'].values())
    return '\n'.join((
        section('Run times', paragraph(
            'How long each step ran. Steps that do not need each other may have run side by side; '
            'the whole then took less than the sum.'),
                table(['step', 'min:s'], rows)),
        section('How to repeat it',
                definitions([('seed', seeds), *summary['versions'].items()]),
                paragraph('<code>make demo</code> runs these commands, from the root of the '
                          'repository:'),
                f'<pre>{escape(commands)}</pre>')))


def build_report(summary: Mapping[str, Any], pictures: Sequence[Picture]) -> str:
    """Write the report.

    Every statement on success is computed from the numbers.

    Args:
        summary: content of ``summary.json``.
        pictures: shown in this order after the results.

    Returns:
        One self-contained HTML document.
    """
    held = sum(verdict['holds'] for verdict in summary['expectations'])
    total = len(summary['expectations'])
    if summary['quick']:
        note = paragraph(
            'This was a quick run on the tiny world with one epoch per step. It shows that the '
            'chain works; its numbers mean nothing.', 'warning')
    else:
        note = paragraph(f'<b>{held} of {total} expectations hold.</b>')
    return page(
        _TITLE, paragraph(_WHAT, 'lead'), note,
        section('Expectations', _html(verdicts(summary))), _results(summary),
        *(section(shown.title, picture(shown.png, shown.caption), *map(_html, shown.tables))
          for shown in pictures),
        _provenance(summary))
