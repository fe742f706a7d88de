"""Numbers on the features of a probe's encoder."""
from __future__ import annotations

import json
import subprocess
import sys

import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.apis import encoder_numbers
from mmcrossdistill.registry import MODELS

CONFIG = 'configs/cd/benchmarks/minidrive_seg_lp.py'


@pytest.fixture(scope='module')
def checkpoint(repo_root, tmp_path_factory):
    """A probe of random weights."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp('probe') / 'probe.pth'
    model = MODELS.build(Config.fromfile(repo_root / CONFIG).model)
    torch.save(dict(state_dict=model.state_dict()), path)
    return path


def test_the_tool_writes_the_numbers_of_every_condition(
        checkpoint, repo_root, minidrive_tiny, tmp_path):
    out = tmp_path / 'numbers.json'
    subprocess.run(
        [sys.executable, 'tools/analysis_tools/encoder_numbers.py', CONFIG, str(checkpoint),
         '--data-root', str(minidrive_tiny), '--out', str(out)],
        check=True, cwd=repo_root, stdout=subprocess.DEVNULL)
    numbers = json.loads(out.read_text())
    conditions = {'day-clear', 'day-rain', 'night'}
    assert set(numbers['domain_gap']) == conditions - {'day-clear'}
    for name, most in (('effective_rank', 128), ('variance', 1)):
        assert set(numbers[name]) == {*conditions, 'full'}
        assert all(0 < value <= most for value in numbers[name].values())
    assert numbers['variance']['full'] > min(numbers['variance'].values())


def test_without_common_places_there_is_nothing_to_compare(
        checkpoint, repo_root, minidrive_tiny, monkeypatch):
    monkeypatch.setattr(encoder_numbers, 'match_views', lambda infos: [])
    with pytest.raises(ValueError, match='no validation view exists in all of'):
        encoder_numbers.measure_encoder(repo_root / CONFIG, checkpoint, minidrive_tiny)
