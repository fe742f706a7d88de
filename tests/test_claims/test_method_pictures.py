"""Pictures of networks with random weights on the tiny world."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.claims.comparisons.method_page import Trained
from mmcrossdistill.claims.comparisons.method_pictures import show_classes, show_objects
from mmcrossdistill.registry import MODELS

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


def random_network(config: Path, folder: Path, seed: int) -> Trained:
    """A checkpoint with random weights."""
    torch.manual_seed(seed)
    checkpoint = folder / f'{seed}.pth'
    torch.save(dict(state_dict=MODELS.build(Config.fromfile(config).model).state_dict()),
               checkpoint)
    return Trained(config, checkpoint)


@pytest.mark.parametrize('show,config', [
    (show_classes, 'slidr/benchmarks/minidrive_lp.py'),
    (show_objects, 'panoptic/minidrive_quick.py')])
def test_networks_stand_beside_each_other(show, config, minidrive_tiny, tmp_path):
    trained = {title: random_network(CONFIGS / config, tmp_path, seed)
               for seed, title in enumerate(('first', 'second'))}
    sections = show(trained, minidrive_tiny)
    scans = [part for part in sections if 'data:image/png' in part]
    assert len(scans) == 3
    assert all(part.count('<h2>') == 1 for part in scans)
    assert len({part.split('</h2>')[0] for part in scans}) == 3


def test_several_network_layouts_see_the_same_scans(minidrive_tiny, tmp_path):
    trained = {
        name: random_network(CONFIGS / name / 'benchmarks/minidrive_lp.py', tmp_path, seed)
        for seed, name in enumerate(('slidr', 'scalr'))}
    sections = show_classes(trained, minidrive_tiny)
    assert len(sections) == 3 and all(part.count('data:image/png') == 1 for part in sections)
