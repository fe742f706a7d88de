"""tools/analysis_tools/test_corruptions.py on the tiny world, with a 3D probe."""
from __future__ import annotations

import json
from pathlib import Path

import torch

from mmcrossdistill.registry import MODELS
from mmcrossdistill.utils.run_config import load_run_config

CONFIG = 'configs/cd/benchmarks/minidrive_seg3d_lp.py'
TOOL = 'analysis_tools/test_corruptions.py'


def test_the_grid_of_points(
        run_here, repo_root: Path, minidrive_tiny: Path, tmp_path: Path) -> None:
    options = {'model.backbone_3d.arch': 'test_tiny', 'model.backbone_3d.init_cfg': None}
    cfg = load_run_config(str(repo_root / CONFIG), str(tmp_path / 'unused'), options)
    torch.save(dict(state_dict=MODELS.build(cfg.model).state_dict()), tmp_path / 'probe.pth')
    given = [f'{key}={value}' for key, value in {
        **options, 'test_dataloader.dataset.data_root': minidrive_tiny,
        'test_dataloader.dataset.indices': 2, 'test_dataloader.num_workers': 0,
        'log_level': 'WARNING'}.items()]
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


def test_a_mistake_is_one_line(run_here, tmp_path: Path) -> None:
    status, _ = run_here(TOOL, CONFIG, tmp_path / 'absent.pth', '--severities', '1')
    assert status.startswith('test_corruptions.py: ') and 'absent.pth' in status
