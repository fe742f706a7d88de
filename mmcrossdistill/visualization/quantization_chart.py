"""The quantisation error by range."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from .charts import clean_axes

_COLOURS = ('#1f6feb', '#d1582d', '#2f8f5b', '#8250df', '#9a6700', '#57606a')


def quantization_chart(results: Sequence[dict[str, Any]], title: str,
                       theory_mm: tuple[float, float] | None) -> Figure:
    """Draw the mean distance to corner and centre by range, one colour per file.

    Args:
        results: of the files, with ``file`` and ``by_range``.
        title: of the figure.
        theory_mm: expected distance to corner and centre for uniform points, drawn as dotted lines.

    Returns:
        The figure.
    """
    figure = Figure(figsize=(8.0, 3.6), facecolor='white', layout='constrained')
    axes = figure.subplots()
    clean_axes(axes)
    names = {entry['from_m']: bin_name(entry) for result in results for entry in result['by_range']}
    places = {start: place for place, start in enumerate(sorted(names))}
    axes.set_xticks(range(len(places)), [names[start] for start in places])
    for number, result in enumerate(results):
        colour = _COLOURS[number % len(_COLOURS)]
        bins = result['by_range']
        across = [places[entry['from_m']] for entry in bins]
        for key, style, label in (('corner_mm', '-o', result['file']), ('center_mm', '--o', None)):
            axes.plot(across, [entry[key] for entry in bins], style, color=colour, markersize=4,
                      linewidth=1.5, label=label)
    for value in theory_mm or ():
        axes.axhline(value, color='#57606a', linewidth=1, linestyle=':')
    axes.set_ylim(bottom=0)
    axes.set_xlabel('distance from the sensor, m', fontsize=9)
    axes.set_ylabel('mean error, mm', fontsize=9)
    axes.set_title(f'{title}: to the corner (solid) and to the centre (dashed) of the voxel',
                   fontsize=10)
    figure.legend(fontsize=8, frameon=False, loc='outside lower center')
    return figure


def bin_name(entry: dict[str, Any]) -> str:
    """Write a range.

    Args:
        entry: a bin, with ``from_m`` and ``to_m``.
    """
    return f'{entry["from_m"]:g}+' if entry['to_m'] is None else (
        f'{entry["from_m"]:g}-{entry["to_m"]:g}')
