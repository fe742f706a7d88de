"""Preparing frames as a config does, without augmentation."""
from __future__ import annotations

import numpy as np
import pytest
from mmengine.config import Config

from mmcrossdistill.apis.frame_pipeline import FramePipeline


def test_sizes_follow_the_config_and_nothing_is_random(tiny_cfg, two_views):
    pipeline = FramePipeline(tiny_cfg)
    first, second = pipeline(two_views), pipeline(two_views)
    inputs = first['inputs']
    assert inputs['imgs'].shape == (2, 3, 32, 64)
    assert inputs['neighbors'].shape == (len(inputs['points']), 4)
    assert len(inputs['points']) > 100  # LimitPoints keeps 3
    assert inputs['points'].equal(second['inputs']['points'])


def test_every_point_takes_the_nearest_encoded_one(tiny_cfg, two_views):
    points = np.array([[0, 0, 0, 1], [.1, 0, 0, 2], [5, 5, 0, 3], [30, 0, 0, 4]], np.float32)
    prepared = FramePipeline(tiny_cfg)(dict(points=points))
    kept = prepared['inputs']['points'].numpy()
    assert sorted(kept[:, 3]) == [1, 3]  # of one voxel the first; 30 m is outside the range
    frame = prepared['frames']
    assert kept[frame.point_rows[:3], 3].tolist() == [1, 1, 3]
    assert frame.valid_points.tolist() == [True, True, True, False]
    assert prepared['inputs']['imgs'].shape == (0, 3, 32, 64)


def test_wrapped_data_sets_and_missing_pipelines(tiny_cfg, two_views):
    inner = tiny_cfg.train_dataloader.dataset
    wrapped = Config(dict(val_dataloader=None, train_dataloader=dict(dataset=dict(
        type='RepeatDataset', dataset=dict(type='ConcatDataset', datasets=[inner])))))
    assert FramePipeline(wrapped)(two_views)['inputs']['imgs'].shape[-2:] == (32, 64)
    with pytest.raises(KeyError, match='no pipeline'):
        FramePipeline(Config(dict(model=dict())))
