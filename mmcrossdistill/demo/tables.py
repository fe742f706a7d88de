"""The tables of the results, independent of how they are written."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

CONDITION_NAMES = {
    'full': 'all', 'day_clear': 'day-clear', 'day_rain': 'day-rain', 'night': 'night'}


class Cell(NamedTuple):
    """One cell.

    Args:
        text: plain text.
        good: whether it tells an improvement, ``None`` if it tells neither.
    """

    text: str
    good: bool | None = None


@dataclass(frozen=True)
class Table:
    """A table whose first column names the row.

    Args:
        header: column titles.
        rows: one cell per column.
    """

    header: list[str]
    rows: list[list[Cell]]


@dataclass(frozen=True)
class MetricName:
    """How one metric is shown.

    Args:
        group: of the summary.
        metric: key inside the group.
        name: for people.
        unit: of the values, may be empty.
        digits: after the point.
    """

    group: str
    metric: str
    name: str
    unit: str
    digits: int

    @property
    def label(self) -> str:
        """Name with the unit."""
        return f'{self.name} ({self.unit})' if self.unit else self.name


METRICS = (
    MetricName('seg', 'miou', 'segmentation mIoU', '%', 1),
    MetricName('seg', 'acc', 'point accuracy', '%', 1),
    MetricName('depth', 'rmse', 'depth RMSE', 'm', 2),
    MetricName('depth', 'abs_rel', 'depth abs_rel', '', 3))
HEADLINES = (METRICS[0], METRICS[2])
ANCHOR_METRICS = (
    MetricName('seg3d', 'miou', 'mIoU', '%', 1),
    MetricName('seg3d', 'acc', 'point accuracy', '%', 1))


def _values(summary: Mapping[str, Any], shown: MetricName, moment: str | None) -> list[Cell]:
    """Write one metric in every condition, with its spread where several seeds ran."""
    cells = []
    for condition in CONDITION_NAMES:
        parts = []
        for source in (summary.get('mean', summary), summary.get('std')):
            if source is not None:
                values = source[shown.group][shown.metric]
                values = values if moment is None else values[moment]
                parts.append(f'{values[condition]:.{shown.digits}f}')
        cells.append(Cell(' ± '.join(parts)))
    return cells


def _change(value: float, digits: int, unit: str, is_better: bool) -> Cell:
    """Write a change; one that rounds to zero is neither good nor bad."""
    text = f'{value:+.{digits}f}'
    return Cell(text + unit, is_better if float(text) else None)


def comparison(summary: Mapping[str, Any], shown: MetricName) -> Table:
    """Compare one metric before and after, by condition.

    Args:
        summary: content of ``summary.json``.
        shown: the metric.

    Returns:
        Rows before, after and change; the change of an error is relative.
    """
    rows = [[Cell(moment), *_values(summary, shown, moment)] for moment in ('before', 'after')]
    gains = summary.get('mean', summary)['gains'][f'{shown.group}.{shown.metric}']
    sign, unit = (-1, ' %') if shown.group == 'depth' else (1, '')
    rows.append([Cell('change')] + [
        _change(sign * gains[condition], 1, unit, gains[condition] > 0)
        for condition in CONDITION_NAMES])
    return Table([shown.label, *CONDITION_NAMES.values()], rows)


def anchor(summary: Mapping[str, Any]) -> Table:
    """Show the probe of the 3D encoder.

    Args:
        summary: content of ``summary.json``.

    Returns:
        One row per metric.
    """
    return Table(
        ['3D encoder after stage 1', *CONDITION_NAMES.values()],
        [[Cell(shown.label), *_values(summary, shown, None)] for shown in ANCHOR_METRICS])


def class_iou(summary: Mapping[str, Any]) -> Table:
    """Show the IoU of each class before and after, by condition.

    Args:
        summary: content of ``summary.json``.

    Returns:
        One row per class, best first; a dash where the class does not occur or is not counted.
    """
    iou = summary.get('mean', summary)['seg']['iou']
    conditions = [key for key in CONDITION_NAMES if key != 'full']
    header = ['IoU (%)']
    for condition in conditions:
        header += [f'{CONDITION_NAMES[condition]}, before', 'after', 'change']
    rows = []
    for name in sorted(iou['after']['full'], key=iou['after']['full'].get, reverse=True):
        row = [Cell(name.replace('_', ' '))]
        for condition in conditions:
            before, after = (iou[moment][condition].get(name) for moment in ('before', 'after'))
            if before is None or after is None:
                row += [Cell('–')] * 3
            else:
                row += [Cell(f'{before:.1f}'), Cell(f'{after:.1f}'),
                        _change(after - before, 1, '', after > before)]
        rows.append(row)
    return Table(header, rows)


def verdicts(summary: Mapping[str, Any]) -> Table:
    """Show which expectations hold.

    Args:
        summary: content of ``summary.json``.

    Returns:
        One row per expectation; with several seeds also in how many of them it holds.
    """
    per_seed = list(summary.get('per_seed', {}).values())
    header = ['expectation', 'measured change', 'verdict']
    header += ['seeds where it holds'] if per_seed else []
    rows = []
    for index, verdict in enumerate(summary['expectations']):
        holds = verdict['holds']
        row = [Cell(verdict['text']), Cell(f'{verdict["change"]:+.1f} {verdict["unit"]}'),
               Cell('holds' if holds else 'does not hold', holds)]
        if per_seed:
            count = sum(result['expectations'][index]['holds'] for result in per_seed)
            row.append(Cell(f'{count} of {len(per_seed)}'))
        rows.append(row)
    return Table(header, rows)


def feature_tables(numbers: Mapping[str, Any]) -> tuple[Table, Table]:
    """Show the numbers on the features.

    Args:
        numbers: ``summary['features']``.

    Returns:
        The gap of each adverse condition to the clear one, and the effective rank.
    """
    gap, rank = numbers['domain_gap'], numbers['effective_rank']

    def rows(values: Mapping[str, Mapping[str, float]], digits: int) -> list[list[Cell]]:
        """Write before and after."""
        return [[Cell(moment), *(Cell(f'{value:.{digits}f}') for value in by_condition.values())]
                for moment, by_condition in values.items()]

    change = [Cell('change')]
    for condition, before in gap['before'].items():
        difference = gap['after'][condition] - before
        change.append(_change(difference, 2, '', difference < 0))
    return (
        Table([f'gap to day-clear over {numbers["places"]} places (0: none, 1: as far as another '
               f'place)', *gap['before']], [*rows(gap, 2), change]),
        Table(['dimensions in use (effective rank)', *rank['before']], rows(rank, 1)))
