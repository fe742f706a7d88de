"""A world to learn by heart."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.preprocessing.nuscenes_infos import build_infos
from mmcrossdistill.simulation.generate import generate
from mmcrossdistill.simulation.plan import SIZES, Settings, SizePreset


@pytest.fixture(scope='session')
def twenty_frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world of ten training scenes of two keyframes, at the resolution of the tiny one."""
    root = tmp_path_factory.mktemp('overfit')
    with pytest.MonkeyPatch.context() as patch:
        preset = SizePreset(
            {'reference': 0, 'unlabelled': 0, 'probe': 10, 'dev': 0, 'val': 1}, 2, (72, 128), 360)
        patch.setitem(SIZES, 'overfit', preset)
        generate(root, Settings('overfit', 0, (72, 128), 'none', (1.0, 0.0, 0.0)))
    build_infos(root, root)
    return root
