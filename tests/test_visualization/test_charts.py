"""Curves and bars."""
from itertools import pairwise

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mmcrossdistill.visualization.charts import (
    BarPanel,
    Curve,
    MethodPanel,
    condition_bars,
    loss_curves,
    method_bars,
    smooth,
)


def test_smoothing_averages_the_trailing_window():
    np.testing.assert_allclose(smooth(np.array([1.0, 3, 5, 7]), 2), [1, 2, 4, 6])


def test_each_curve_has_a_panel_and_an_empty_one_says_so():
    figure = loss_curves([
        Curve('stage 1', np.array([1, 2, 3]), np.array([3.0, 2, 1])),
        Curve('stage 2', np.array([]), np.array([]))])
    first, second = figure.axes
    np.testing.assert_array_equal(first.lines[0].get_ydata(), [3, 2, 1])
    assert [text.get_text() for text in second.texts] == ['no values logged']


def test_bars_show_both_sides_with_their_values():
    panel = BarPanel('mIoU', '%', {'night': 30.0}, {'night': 34.5},
                     before_std={'night': 0.5}, after_std={'night': 0.25})
    axes, = condition_bars([panel]).axes
    assert [patch.get_height() for patch in axes.patches] == [30.0, 34.5]
    assert {'30.0', '34.5'} <= {text.get_text() for text in axes.texts}
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ['night']


def test_names_of_neighbouring_groups_do_not_touch():
    groups = (['sparse U-Net, cylindrical 10 cm'] * 3 + ['sparse U-Net, Cartesian 10 cm'] * 2
              + ['sparse U-Net, Cartesian 5 cm'] * 2 + ['WaffleIron'] * 2)
    count = len(groups)
    panel = MethodPanel('linear probe', 'mIoU (%)', groups, ['random', 'PPKT', 'SLidR'] * 3,
                        [20.0] * count, [1.0] * count, [False] * count)
    figure = method_bars([panel, panel])
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    for axes in figure.axes:
        names = [text for text in axes.texts if text.get_text().replace('\n', ' ') in groups]
        boxes = [text.get_window_extent(canvas.get_renderer()) for text in names]
        assert len(boxes) == 4
        assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
