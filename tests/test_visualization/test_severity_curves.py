"""Curves against severity."""
from mmcrossdistill.visualization.severity_curves import SeverityPanel, severity_curves


def test_each_corruption_is_a_line_from_the_clean_value():
    values = {'clean': {0: 5.0}, 'fog': {3: 3.0, 1: 4.0}, 'motion_blur': {1: 4.5}}
    axes, = severity_curves([SeverityPanel('mIoU (%)', values, 'clean')]).axes
    fog, blur, clean = axes.lines
    assert fog.get_xydata().tolist() == [[0, 5], [1, 4], [3, 3]]
    assert blur.get_xydata().tolist() == [[0, 5], [1, 4.5]]
    assert list(clean.get_ydata()) == [5, 5]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        'fog', 'motion blur', 'clean']
