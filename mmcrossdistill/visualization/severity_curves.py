"""A metric against the severity of corruptions."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from .charts import clean_axes


@dataclass(frozen=True)
class SeverityPanel:
    """One metric.

    Args:
        title: of the value axis.
        values: corruption to severity to value.
        clean: the key of ``values`` that holds the uncorrupted result at severity 0.
    """

    title: str
    values: Mapping[str, Mapping[int, float]]
    clean: str


def severity_curves(panels: Sequence[SeverityPanel], width: float = 6.0) -> Figure:
    """Draw one line per corruption, from the clean value at severity 0.

    Args:
        panels: one per metric.
        width: of a panel, inches.

    Returns:
        The figure.
    """
    figure = Figure(
        figsize=(width * len(panels), 3.6), facecolor='white', layout='constrained')
    for axes, panel in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        clean_axes(axes)
        start = panel.values.get(panel.clean, {})
        for corruption, row in panel.values.items():
            if corruption == panel.clean:
                continue
            points = sorted((dict(start) | dict(row)).items())
            axes.plot(*zip(*points, strict=True), marker='o', markersize=4, linewidth=1.8,
                      label=corruption.replace('_', ' '))
        if start:
            axes.axhline(start[0], color='#9aa5b1', linewidth=0.8, linestyle='--', label='clean')
        axes.set_xlabel('severity', fontsize=9)
        axes.set_ylabel(panel.title, fontsize=9)
        axes.set_xticks(range(6))
        axes.legend(fontsize=9, frameon=False)
    return figure
