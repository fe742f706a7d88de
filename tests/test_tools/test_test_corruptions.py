"""tools/analysis_tools/test_corruptions.py on the tiny world, with a 3D probe."""
from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from mmcrossdistill.registry import MODELS
from mmcrossdistill.utils.run_config import load_run_config

CONFIG = 'configs/cd/benchmarks/minidrive_seg3d_lp.py'
TOOL = 'analysis_tools/test_corruptions.py'


@pytest.fixture
def given(repo_root: Path, minidrive_tiny: Path, tmp_path: Path) -> list[str]:
    """Overrides for a test of a second, of ``probe.pth`` with random weights."""
    options = {'model.backbone_3d.arch': 'test_tiny', 'model.backbone_3d.init_cfg': None}
    cfg = load_run_config(str(repo_root / CONFIG), str(tmp_path / 'unused'), options)
    torch.save(dict(state_dict=MODELS.build(cfg.model).state_dict()), tmp_path / 'probe.pth')
    return [f'{key}={value}' for key, value in {
        **options, 'test_dataloader.dataset.data_root': minidrive_tiny,
        'test_dataloader.dataset.indices': 2, 'test_dataloader.num_workers': 0,
        'log_level': 'WARNING'}.items()]


def test_the_grid_of_points(run_here, given: list[str], tmp_path: Path) -> None:
    status, output = run_here(
        TOOL, CONFIG, tmp_path / 'probe.pth', '--severities', '2', '--out', tmp_path / 'grid',
        '--cfg-options', *given)
    assert status == 0
    assert '3/3 points_gaussian_noise/2' in output and '| points_density_decrease |' in output
    cells = json.loads((tmp_path / 'grid' / 'results.json').read_text())['cells']
    assert [cell['corruption'] for cell in cells] == [
        'clean', 'points_density_decrease', 'points_gaussian_noise']
    assert all('seg3d/full/miou' in cell['metrics'] for cell in cells)
    assert (tmp_path / 'grid' / 'table.md').is_file()
    assert (tmp_path / 'grid' / 'curves.png').is_file()


def test_sets_against_another_network(
        run_here, given: list[str], minidrive_tiny: Path, tmp_path: Path) -> None:
    # The clean world, as if it were corrupted: nothing is lost.
    (tmp_path / 'sets/snow').mkdir(parents=True)
    (tmp_path / 'sets/snow/light').symlink_to(minidrive_tiny)
    command = (TOOL, CONFIG, tmp_path / 'probe.pth', '--sets', tmp_path / 'sets', '--out')
    status, output = run_here(*command, tmp_path / 'one', '--cfg-options', *given)
    assert status == 0 and '| snow | 100.0 |' in output and 'CE (%)' not in output
    status, output = run_here(*command, tmp_path / 'two', '--baseline',
                              tmp_path / 'one/results.json', '--cfg-options', *given)
    assert status == 0 and '| snow | 100.0 | 100.0 |' in output
    status, _ = run_here(*command, tmp_path / 'three', '--baseline', 'nuscenes-c',
                         '--cfg-options', *given)
    assert status.startswith('test_corruptions.py: MinkUNet18 of Robo3D was tested under')
    # Nothing was tested in vain.
    assert not (tmp_path / 'three').exists()
    status, _ = run_here(*command, tmp_path / 'four', '--severities', '1')
    assert '--sets has all severities' in status


def test_a_mistake_is_one_line(run_here, tmp_path: Path) -> None:
    status, _ = run_here(TOOL, CONFIG, tmp_path / 'absent.pth', '--severities', '1')
    assert status.startswith('test_corruptions.py: ') and 'absent.pth' in status
