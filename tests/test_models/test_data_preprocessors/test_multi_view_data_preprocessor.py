"""Batches of multi-view samples."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.multi_view import random_multi_view_batch, random_multi_view_sample
from mmcrossdistill.testing.tiny import collate


def test_stacks_views_sample_after_sample() -> None:
    mean, std = [1.0, 2.0, 3.0], [2.0, 4.0, 8.0]
    preprocessor = MODELS.build(dict(type='MultiViewDataPreprocessor', mean=mean, std=std))
    raw = random_multi_view_batch()
    batch = preprocessor(raw)
    assert batch['inputs']['imgs'].shape == (6, 3, 32, 64)
    assert batch['inputs']['img2lidar'].shape == (2, 3, 4, 4)
    expected = (raw['inputs']['imgs'][1][2, 1].float() - 2) / 4
    torch.testing.assert_close(batch['inputs']['imgs'][5, 1], expected)
    assert [sample.token for sample in batch['data_samples']] == ['sample-0', 'sample-1']


def test_samples_with_other_cameras_are_refused() -> None:
    preprocessor = MODELS.build(dict(type='MultiViewDataPreprocessor'))
    samples = [random_multi_view_sample(views, seed=views) for views in (2, 3)]
    with pytest.raises(ValueError, match="3: 'sample-3'.*choose those that all have with views="):
        preprocessor(collate(samples))
