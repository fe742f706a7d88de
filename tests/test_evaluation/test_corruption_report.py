"""Tables and curves of a grid."""
from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from mmcrossdistill.evaluation.corruption_report import severity_table, write_report


def cell(corruption: str, severity: int, value: float) -> dict:
    """One result."""
    return dict(corruption=corruption, severity=severity, run_time_s=1.0, metrics={
        'seg/full/miou': value, 'seg/full/iou_car': 1.0, 'seg/night/miou': float('nan')})


RESULTS = dict(checkpoint='probe.pth', seed=3, cells=[
    cell('clean', 0, 50.0), cell('fog', 1, 40.0), cell('fog', 3, 31.0),
    cell('motion_blur', 1, 45.25)])


def test_a_table_holds_the_values_and_the_mean_of_complete_rows() -> None:
    assert severity_table(RESULTS, 'seg/full/miou').splitlines() == [
        '| mIoU (%), all | clean | 1 | 3 | mean |', '| --- | ---: | ---: | ---: | ---: |',
        '| fog | 50.0 | 40.0 | 31.0 | 35.5 |', '| motion_blur | 50.0 | 45.2 | - | - |']
    assert severity_table(RESULTS, 'seg/night/miou').splitlines()[2] == '| fog | - | - | - | - |'


def test_the_report_has_all_tables_and_a_picture(tmp_path: Path) -> None:
    shown = write_report(RESULTS, tmp_path)
    assert 'all' in shown and 'night' not in shown
    text = (tmp_path / 'table.md').read_text()
    assert shown in text and 'mIoU (%), night' in text
    assert 'probe.pth' in text and 'seed 3' in text
    assert cv2.imread(str(tmp_path / 'curves.png')) is not None


def test_results_without_a_known_metric_are_refused(tmp_path: Path) -> None:
    results = RESULTS | dict(cells=[dict(metrics={'seg/full/acc': 1.0})])
    with pytest.raises(ValueError, match='seg/full/acc'):
        write_report(results, tmp_path)
