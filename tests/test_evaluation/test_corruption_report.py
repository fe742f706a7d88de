"""Tables and curves of a grid."""
from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest

from mmcrossdistill.evaluation.corruption_report import (
    read_baseline,
    resilience_table,
    severity_table,
    write_report,
)
from mmcrossdistill.utils.config_check import ConfigError


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


def test_scores_against_another_network(tmp_path: Path) -> None:
    rates = resilience_table(RESULTS, 'seg/full/miou', None).splitlines()
    assert rates == ['| mIoU (%), all | RR (%) |', '| --- | ---: |', '| fog | 71.0 |',
                     '| motion_blur | 90.5 |', '| mean | 80.8 |']
    other = RESULTS | dict(checkpoint='other.pth', cells=[
        cell('clean', 0, 60.0), cell('motion_blur', 1, 27.0), cell('fog', 1, 30.0),
        cell('fog', 3, 12.0)])
    (tmp_path / 'other.json').write_text(json.dumps(other))
    baseline = read_baseline(str(tmp_path / 'other.json'))
    shown = write_report(RESULTS, tmp_path, baseline)
    # 64.5 of 79, and 54.75 of 73.
    assert '| mIoU (%), all, against other.pth | CE (%) | RR (%) |' in shown
    assert '| fog | 81.6 | 71.0 |' in shown and '| motion_blur | 75.0 | 90.5 |' in shown
    assert shown in (tmp_path / 'table.md').read_text()


def test_a_baseline_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    assert read_baseline(None) is None
    with pytest.raises(ConfigError, match="MinkUNet18 of Robo3D was tested under .*'snow'"):
        write_report(RESULTS, tmp_path, read_baseline('nuscenes-c'))
    with pytest.raises(ConfigError, match='absent.json is neither a file nor one of'):
        read_baseline('absent.json')
    (tmp_path / 'depth.json').write_text(json.dumps(
        dict(cells=[dict(metrics={'depth/full/rmse': 1.0})])))
    with pytest.raises(ConfigError, match='depth.json has no mIoU'):
        read_baseline(str(tmp_path / 'depth.json'))


def test_the_source_of_sets_is_named(tmp_path: Path) -> None:
    results = {key: value for key, value in RESULTS.items() if key != 'seed'}
    write_report(results | dict(sets='/data/nuScenes-C'), tmp_path)
    assert 'corrupted sets /data/nuScenes-C' in (tmp_path / 'table.md').read_text()


def test_results_without_a_known_metric_are_refused(tmp_path: Path) -> None:
    results = RESULTS | dict(cells=[dict(metrics={'seg/full/acc': 1.0})])
    with pytest.raises(ValueError, match='seg/full/acc'):
        write_report(results, tmp_path)
