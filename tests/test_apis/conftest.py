"""A tiny distiller with its checkpoint, and a frame with two cameras."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import tiny_distiller_cfg

PIPELINE = [
    dict(type='LoadPoints'), dict(type='VoxelDownsample', voxel_size=0.5),
    dict(type='ResizeImages', size=(32, 64)), dict(type='LimitPoints', max_points=3),
    dict(type='CropPointsToRange', point_range=(-20, -20, -4, 20, 20, 12)),
    dict(type='FindNeighbors', num_neighbors=4)]


@pytest.fixture
def tiny_cfg() -> Config:
    """Config of a tiny stage 2, as a file of configs/ would give it."""
    model = tiny_distiller_cfg('lidar_to_image', stage1_checkpoint='not there.pth')
    del model['require_stage1']
    return Config(dict(model=model, train_dataloader=dict(dataset=dict(pipeline=PIPELINE))))


@pytest.fixture
def tiny_checkpoint(tmp_path: Path) -> Path:
    """Random weights of the tiny distiller."""
    path = tmp_path / 'tiny.pth'
    torch.manual_seed(3)
    torch.save({'state_dict': MODELS.build(tiny_distiller_cfg()).state_dict()}, path)
    return path


@pytest.fixture
def two_views() -> dict:
    """A frame: cameras that look along +x and -x, of different sizes, and 200 points."""
    rng = np.random.default_rng(0)
    forward = np.array([[0., -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
    return dict(
        imgs=[rng.integers(0, 256, size, dtype=np.uint8) for size in ((48, 96, 3), (64, 128, 3))],
        points=(rng.random((200, 5)) * [40, 40, 4, 1, 1] - [20, 20, 2, 0, 0]),
        cam2img=np.array([[[50., 0, 48], [0, 50, 24], [0, 0, 1]],
                          [[60., 0, 64], [0, 60, 32], [0, 0, 1]]]),
        lidar2cam=np.array([forward, forward @ np.diag([-1., -1, 1, 1])]))
