"""Charts of training and of results by condition."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BEFORE_COLOUR = '#9aa5b1'
AFTER_COLOUR = '#1f6feb'
# Of a name below a group: what a bar has room for where nine share a panel.
_LETTERS_PER_BAR = 8


@dataclass(frozen=True)
class Curve:
    """One training curve.

    Args:
        title: of its panel.
        steps ((N,) int): iterations.
        values ((N,) float): loss at each.
    """

    title: str
    steps: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class BarPanel:
    """One panel that compares before and after by condition.

    Args:
        title: of the panel.
        unit: label of the value axis.
        before: condition to value.
        after: condition to value.
        before_std: condition to standard deviation over seeds, or ``None``.
        after_std: likewise.
    """

    title: str
    unit: str
    before: Mapping[str, float]
    after: Mapping[str, float]
    before_std: Mapping[str, float] | None = None
    after_std: Mapping[str, float] | None = None


def smooth(values: np.ndarray, window: int) -> np.ndarray:
    """Average over a trailing window that is shorter at the start.

    Args:
        values ((N,) float): a curve.
        window (>= 1): values per average.

    Returns:
        (N,) float: the smoothed curve.
    """
    total = np.concatenate([[0.0], np.cumsum(np.asarray(values, dtype=np.float64))])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - window, 0)
    return (total[ends] - total[starts]) / (ends - starts)


def clean_axes(axes: Axes) -> None:
    """Take away what does not carry data."""
    for side in ('top', 'right'):
        axes.spines[side].set_visible(False)
    axes.grid(axis='y', color='#e3e6ea', linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9)


def loss_curves(curves: Sequence[Curve], width: float = 12.0) -> Figure:
    """Draw training losses side by side.

    Args:
        curves: one per panel; a curve without values gives a panel that says so.
        width: of the figure, inches.

    Returns:
        The figure.
    """
    figure = Figure(figsize=(width, 2.9), facecolor='white', layout='constrained')
    panels = figure.subplots(1, len(curves), squeeze=False)[0]
    for axes, curve in zip(panels, curves, strict=True):
        clean_axes(axes)
        axes.set_title(curve.title, fontsize=10)
        axes.set_xlabel('iteration', fontsize=9)
        if len(curve.values) == 0:
            axes.text(0.5, 0.5, 'no values logged', ha='center', transform=axes.transAxes)
            continue
        axes.plot(curve.steps, curve.values, color=BEFORE_COLOUR, linewidth=0.8, alpha=0.8)
        window = max(1, len(curve.values) // 20)
        axes.plot(curve.steps, smooth(curve.values, window), color=AFTER_COLOUR, linewidth=1.8)
    panels[0].set_ylabel('loss', fontsize=9)
    return figure


def condition_bars(panels: Sequence[BarPanel], width: float = 12.0) -> Figure:
    """Draw before and after as paired bars by condition.

    Args:
        panels: one per metric.
        width: of the figure, inches.

    Returns:
        The figure.
    """
    figure = Figure(figsize=(width, 3.1), facecolor='white', layout='constrained')
    drawn = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, panel in zip(drawn, panels, strict=True):
        clean_axes(axes)
        conditions = list(panel.before)
        places = np.arange(len(conditions))
        sides = ((-0.19, 'before', panel.before, panel.before_std, BEFORE_COLOUR),
                 (0.19, 'after', panel.after, panel.after_std, AFTER_COLOUR))
        for shift, name, values, std, colour in sides:
            heights = [values[condition] for condition in conditions]
            errors = None if std is None else [std[condition] for condition in conditions]
            bars = axes.bar(places + shift, heights, 0.36, color=colour, label=name, yerr=errors,
                            error_kw={'elinewidth': 1, 'ecolor': '#333', 'capsize': 2})
            axes.bar_label(bars, [f'{height:.2f}' if height < 10 else f'{height:.1f}'
                                  for height in heights], fontsize=8, padding=2)
        axes.set_xticks(places, conditions, fontsize=9)
        axes.set_title(panel.title, fontsize=10)
        axes.set_ylabel(panel.unit, fontsize=9)
        axes.margins(y=0.15)
    figure.legend(*drawn[0].get_legend_handles_labels(), fontsize=9, frameon=False, ncol=2,
                  loc='outside upper right')
    return figure


@dataclass(frozen=True)
class MethodPanel:
    """One panel that compares methods.

    Args:
        title: of the panel.
        unit: label of the value axis.
        groups: name of each group of bars, which shares a baseline.
        labels: name of each bar.
        means: of each bar.
        stds: standard deviation over seeds of each bar; NaN for one seed.
        is_baseline: whether a bar is the baseline of its group.
    """

    title: str
    unit: str
    groups: Sequence[str]
    labels: Sequence[str]
    means: Sequence[float]
    stds: Sequence[float]
    is_baseline: Sequence[bool]


def method_bars(panels: Sequence[MethodPanel], width: float = 12.0) -> Figure:
    """Draw methods as bars, each group on its baseline.

    Args:
        panels: one per metric.
        width: of the figure, inches.

    Returns:
        The figure.
    """
    figure = Figure(figsize=(width, 3.8), facecolor='white', layout='constrained')
    drawn = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, panel in zip(drawn, panels, strict=True):
        clean_axes(axes)
        names = list(dict.fromkeys(panel.groups))
        # A gap between groups.
        places = np.arange(len(panel.labels)) + 0.6 * np.array(
            [names.index(group) for group in panel.groups])
        colours = [BEFORE_COLOUR if base else AFTER_COLOUR for base in panel.is_baseline]
        bars = axes.bar(places, panel.means, 0.8, color=colours, yerr=np.nan_to_num(panel.stds),
                        error_kw={'elinewidth': 1, 'ecolor': '#333', 'capsize': 3})
        axes.bar_label(bars, [f'{mean:.1f}' for mean in panel.means], fontsize=8, padding=2)
        for name in names:
            members = [index for index, group in enumerate(panel.groups) if group == name]
            for index in members:
                if panel.is_baseline[index]:
                    axes.hlines(panel.means[index], places[members[0]] - 0.4,
                                places[members[-1]] + 0.4, colors='#555', linestyles=':',
                                linewidth=1)
            axes.text(places[members].mean(), -0.24, fill(name, _LETTERS_PER_BAR * len(members)),
                      ha='center', va='top', fontsize=8, color='#555',
                      transform=axes.get_xaxis_transform())
        axes.set_xticks(places, [label.replace(' ', '\n') for label in panel.labels], fontsize=8)
        axes.set_title(panel.title, fontsize=10)
        axes.set_ylabel(panel.unit, fontsize=9)
        axes.margins(y=0.15)
    return figure
