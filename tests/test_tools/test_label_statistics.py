"""tools/analysis_tools/label_statistics.py as a user calls it."""
from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest

TOOL = 'analysis_tools/label_statistics.py'
VAL = ('--ann-file', 'nuscenes_infos_val.pkl')


@pytest.fixture
def labels(run_here, minidrive_tiny: Path, tmp_path: Path) -> Path:
    """The true labels of the keyframes of the split val."""
    folder = tmp_path / 'labels'
    status, _ = run_here('preprocess/weak_labels.py', '--root', minidrive_tiny, *VAL, '--method',
                         'minidrive', '--out', folder, '--check-keyframes', 100)
    assert status == 0
    return folder


def test_table_json_chart_and_pictures(
    run_here, minidrive_tiny: Path, tmp_path: Path, labels: Path,
) -> None:
    common = ('--root', minidrive_tiny, *VAL, '--labels', labels)
    chart, pictures, out = tmp_path / 'c' / 'chart.png', tmp_path / 'pictures', tmp_path / 'o.json'
    status, output = run_here(
        TOOL, *common, '--json', '--out', out, '--plot', chart, '--pictures', pictures,
        '--num-pictures', 2)
    assert status == 0
    summary = json.loads(output)
    assert json.loads(out.read_text()) == summary and summary['images'] == 36
    # The tool that wrote the labels measured the same.
    measured = json.loads((labels / 'accuracy.json').read_text())
    assert summary['accuracy'] == pytest.approx(measured['accuracy'], abs=1e-5)
    assert summary['scored_points'] == measured['points']
    assert len(summary['classes']) == 17 and summary['classes'][-1]['name'] == 'unlabelled'
    assert sum(entry['pixels'] for entry in summary['classes']) == pytest.approx(1, abs=1e-3)
    assert cv2.imread(str(chart)).shape[1] > 1000
    assert len(list(pictures.iterdir())) == 2
    status, output = run_here(TOOL, *common, '--num', 2)
    assert status == 0 and '12 images' in output and 'driveable_surface' in output


def test_errors_are_one_line(run_here, minidrive_tiny: Path, tmp_path: Path, labels: Path) -> None:
    common = ('--root', minidrive_tiny, *VAL, '--labels')
    assert run_here(TOOL, *common, tmp_path)[0] == 1
    path = next(labels.glob('CAM_BACK/*.png'))
    cv2.imwrite(str(path), cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[:-1])
    assert run_here(TOOL, *common, labels)[0] == 1
    path.unlink()
    assert run_here(TOOL, *common, labels)[0] == 1
