"""Tests of PackDistillInputs."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from mmengine.dataset import pseudo_collate

from mmcrossdistill.datasets.transforms import (
    CorrespondencePipeline,
    FindNeighbors,
    PackDistillInputs,
)
from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor


def test_layout(sample: dict[str, Any]) -> None:
    image = sample['imgs'][0].copy()
    sample |= dict(condition='night', sample_idx=4, ori_shape=(60, 96), unknown='x')
    packed = PackDistillInputs()(FindNeighbors(4)(CorrespondencePipeline(with_labels=True)(sample)))
    inputs, data_sample = packed['inputs'], packed['data_samples']
    count = len(inputs['points'])
    assert inputs['points'].dtype == torch.float32 and inputs['points'].shape == (count, 4)
    assert inputs['neighbors'].shape == (count, 4)
    assert inputs['imgs'].dtype == torch.uint8 and inputs['imgs'].is_contiguous()
    np.testing.assert_array_equal(inputs['imgs'][0].permute(1, 2, 0).numpy(), image)
    assert data_sample.condition == 'night' and data_sample.img_shape == (60, 96)
    assert not hasattr(data_sample, 'unknown')
    assert len(data_sample.point_labels) == count
    data_sample.corr.validate(count, 2, (60, 96))


def test_points_alone() -> None:
    packed = PackDistillInputs()(dict(points=np.zeros((3, 4), np.float32)))
    assert packed['inputs']['imgs'].shape == (0, 3, 1, 1)
    assert len(packed['data_samples'].corr) == 0


def test_batches_with_and_without_pairs_pass_the_preprocessor(sample: dict[str, Any]) -> None:
    far = {**sample, 'points': np.array([[0, 0, 90, 1]], np.float32),
           'point_labels': np.zeros(1, np.int64)}
    packed = [PackDistillInputs()(FindNeighbors(4)(CorrespondencePipeline()(dict(one))))
              for one in (far, sample, far)]
    assert [len(one['data_samples'].corr) > 0 for one in packed] == [False, True, False]
    batch = DistillDataPreprocessor()(pseudo_collate(packed))['inputs']
    assert batch['imgs'].shape == (6, 3, 60, 96)
    assert batch['points'].batch_size == 3
    batch['corr'].validate(len(batch['points']), 6, (60, 96))
    assert int(batch['corr'].point_idx.min()) == 1 and int(batch['corr'].view_idx.min()) == 2


def test_mistakes_in_the_pipeline_are_named(sample: dict[str, Any]) -> None:
    results = FindNeighbors(4)(dict(sample))
    results['points'] = results['points'][:5]
    with pytest.raises(ValueError, match='put FindNeighbors after'):
        PackDistillInputs()(results)
    sample['imgs'][1] = sample['imgs'][1][:30]
    with pytest.raises(ValueError, match=r'sizes \[\(30, 96\), \(60, 96\)\]; add ResizeImages'):
        PackDistillInputs()(sample)
