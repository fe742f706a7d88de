"""tools/model_converters/convert_3d.py as a user calls it."""
from __future__ import annotations

from pathlib import Path

import torch

from mmcrossdistill.models.backbones import SparseUNet

TOOL = 'model_converters/convert_3d.py'


def test_there_and_back_and_errors(run_here, tmp_path: Path) -> None:
    state = {f'backbone_3d.{name}': value
             for name, value in SparseUNet(preset='test_tiny').state_dict().items()}
    torch.save(dict(state_dict=state), tmp_path / 'ours.pth')
    common = ('--preset', 'test_tiny')
    status, _ = run_here(
        TOOL, 'minkunet', tmp_path / 'ours.pth', tmp_path / 'theirs.pt', '--to-published', *common)
    assert status == 0
    status, output = run_here(
        TOOL, 'minkunet', tmp_path / 'theirs.pt', tmp_path / 'again.pth', *common,
        '--voxelizer', 'voxel_size=0.1', 'coords=cylindrical')
    assert status == 0 and 'again.pth' in output
    again = torch.load(tmp_path / 'again.pth', weights_only=True)['state_dict']
    assert all(torch.equal(again[name], value) for name, value in state.items())
    status, _ = run_here(TOOL, 'minkunet', tmp_path / 'theirs.pt', tmp_path / 'x.pth')
    assert status.startswith('convert_3d.py: ') and 'missing' in status
