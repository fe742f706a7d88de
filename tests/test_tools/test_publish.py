"""tools/model_converters/publish.py as a user calls it."""
from __future__ import annotations

from pathlib import Path

import torch

from mmcrossdistill.registry import MODELS
from mmcrossdistill.utils.run_config import load_run_config

CONFIG = 'configs/cd/minidrive_stage2.py'
TOOL = 'model_converters/publish.py'


def test_folders_and_errors(run_here, repo_root: Path, tmp_path: Path) -> None:
    options = {'model.backbone_2d.arch': 'test_tiny', 'model.backbone_3d.arch': 'test_tiny',
               'model.projector_3d.in_channels': 16, 'model.projector_3d.out_channels': 32,
               'model.require_stage1': False}
    cfg = load_run_config(str(repo_root / CONFIG), str(tmp_path / 'unused'), options)
    torch.save(dict(state_dict=MODELS.build(cfg.model).state_dict()), tmp_path / 'run.pth')
    given = ['--cfg-options', *(f'{key}={value}' for key, value in options.items())]
    status, output = run_here(
        TOOL, CONFIG, tmp_path / 'run.pth', '--out', tmp_path / 'out', '--formats', 'hf_dinov2',
        '--image-size', 64, 64, *given)
    assert status == 0 and 'hf_dinov2: ' in output
    assert {path.name for path in (tmp_path / 'out' / 'hf_dinov2').iterdir()} == {
        'README.md', 'config.json', 'model.safetensors', 'preprocessor_config.json'}
    status, _ = run_here(
        TOOL, CONFIG, tmp_path / 'run.pth', '--out', tmp_path / 'out', '--image-size', 60, 60,
        *given)
    assert status.startswith('publish.py: ') and 'multiple of the patch size' in status
