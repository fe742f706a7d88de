"""A tiny KITTI folder with its infos."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.preprocessing.kitti_infos import build_infos
from mmcrossdistill.testing.tiny_kitti import make_tiny_kitti


@pytest.fixture(scope='module')
def tiny_kitti(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six frames; every second one has a pedestrian, the last one nothing."""
    root = make_tiny_kitti(tmp_path_factory.mktemp('kitti') / 'tiny', frames=6)
    build_infos(root / 'training', root, root / 'ImageSets', with_boxes=True)
    return root
