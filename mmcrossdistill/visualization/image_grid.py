"""Grids of pictures with titles and a colour legend."""
from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch


def image_grid(rows: Sequence[Sequence[np.ndarray]], row_titles: Sequence[str],
               column_titles: Sequence[str], width: float = 12.0,
               legend: Mapping[str, Sequence[int]] | None = None) -> Figure:
    """Arrange pictures of one aspect ratio in a grid.

    Args:
        rows: pictures by row; each (H, W, 3) uint8 or float in [0, 1]. Small maps are enlarged
            without smoothing, so that the cells of a feature map stay visible.
        row_titles: written at the left of each row.
        column_titles: written above each column.
        width: of the figure, inches.
        legend: name to (R, G, B) in 0..255, drawn below the grid.

    Returns:
        The figure.

    Raises:
        ValueError: if the rows and titles do not form a grid.
    """
    if len(rows) != len(row_titles) or any(len(row) != len(column_titles) for row in rows):
        raise ValueError(
            f'{[len(row) for row in rows]} pictures do not fill {len(row_titles)} rows of '
            f'{len(column_titles)} columns')
    height, breadth = rows[0][0].shape[:2]
    cell = width / len(column_titles) * height / breadth
    legend_rows = -(-len(legend) // 8) if legend else 0
    margin = 0.28 + 0.24 * legend_rows
    total = cell * len(rows) + margin
    figure = Figure(figsize=(width, total), facecolor='white')
    grid = figure.add_gridspec(
        len(rows), len(column_titles), left=0.025, right=0.999, top=1 - 0.27 / total,
        bottom=(0.24 * legend_rows + 0.02) / total, wspace=0.015, hspace=0.02)
    for i, (row, row_title) in enumerate(zip(rows, row_titles, strict=True)):
        for j, (picture, column_title) in enumerate(zip(row, column_titles, strict=True)):
            axes = figure.add_subplot(grid[i, j])
            axes.imshow(picture, interpolation='nearest', aspect='auto')
            axes.set_xticks([])
            axes.set_yticks([])
            for spine in axes.spines.values():
                spine.set_visible(False)
            if i == 0:
                axes.set_title(column_title, fontsize=10, pad=4)
            if j == 0:
                axes.set_ylabel(row_title, fontsize=10, labelpad=4)
    if legend:
        handles = [
            Patch(facecolor=np.asarray(colour) / 255.0, edgecolor='#555', linewidth=0.4, label=name)
            for name, colour in legend.items()]
        figure.legend(handles=handles, ncol=8, loc='lower center', fontsize=8, frameon=False,
                      handlelength=1.0, columnspacing=1.2, borderpad=0.0)
    return figure


def encode_png(figure: Figure, dpi: int = 110) -> bytes:
    """Render a figure without a display.

    Args:
        figure: any matplotlib figure.
        dpi: dots per inch.

    Returns:
        The bytes of a PNG file; the same figure gives the same bytes.
    """
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_figure(buffer, dpi=dpi, format='png', metadata={'Software': None})
    return buffer.getvalue()


def render_rgb(figure: Figure, dpi: int = 100) -> np.ndarray:
    """Render a figure without a display.

    Args:
        figure: any matplotlib figure.
        dpi: dots per inch.

    Returns:
        (H, W, 3) uint8.
    """
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
