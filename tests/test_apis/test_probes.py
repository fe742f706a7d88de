"""Probes asked at every pixel."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from mmengine.model import BaseModel

from mmcrossdistill.apis.probes import (
    dense_prediction,
    every_pixel,
    feature_map,
    measure,
    probe_strips,
)
from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor
from mmcrossdistill.structures import Correspondence, DistillDataSample


class _ColumnModel(BaseModel):
    """Predicts the column of each pair; its features are the image itself."""

    def backbone_2d(self, imgs):
        """Give a tuple, as backbones do."""
        return imgs * 0, imgs * 2

    def forward(self, inputs, data_samples=None, mode='tensor'):
        """Predict at the pairs."""
        for sample in data_samples:
            sample.pred_labels = sample.corr.pixel_uv[:, 0].floor().long()
        return data_samples


def _model() -> _ColumnModel:
    """The model behind our data preprocessor, without normalisation."""
    return _ColumnModel(DistillDataPreprocessor(mean=(0, 0, 0), std=(1, 1, 1)))


def _item() -> dict:
    """A view of 2 x 3 pixels with one pair."""
    sample = DistillDataSample()
    index = torch.zeros(1, dtype=torch.int64)
    sample.corr = Correspondence(index, index, torch.tensor([[2.5, 1.5]]))
    images = torch.arange(18, dtype=torch.uint8).reshape(1, 3, 2, 3)
    return {'inputs': {'imgs': images, 'points': torch.ones(1, 4)}, 'data_samples': sample}


def test_every_pixel_is_asked_once_and_at_its_centre():
    corr = every_pixel(2, 3)
    corr.validate(1, 1, (2, 3))
    assert corr.pixel_uv.tolist() == [[u + 0.5, v + 0.5] for v in range(2) for u in range(3)]


def test_dense_prediction_has_the_shape_of_the_image_and_spares_the_sample():
    item = _item()
    labels = dense_prediction(_model(), item, 'pred_labels')
    np.testing.assert_array_equal(labels, [[0, 1, 2], [0, 1, 2]])
    assert len(item['data_samples'].corr) == 1


def test_feature_map_is_the_last_one_with_channels_last():
    item = _item()
    expected = item['inputs']['imgs'][0].permute(1, 2, 0) * 2
    np.testing.assert_array_equal(feature_map(_model(), item), expected)


def test_the_measured_side_has_far_points_first_so_that_near_ones_cover_them():
    sample = DistillDataSample()
    index = torch.zeros(3, dtype=torch.int64)
    sample.corr = Correspondence(
        index, index, torch.tensor([[0.5, 0.5], [1.5, 0.5], [2.5, 1.5]]),
        label=torch.tensor([4, 5, 6]), depth=torch.tensor([2.0, 9.0, 5.0]))
    view = measure(_item() | {'data_samples': sample})
    assert view.depth.tolist() == [9, 5, 2] and view.labels.tolist() == [5, 6, 4]
    assert view.uv.tolist() == [[1.5, 0.5], [2.5, 1.5], [0.5, 0.5]]
    assert view.image.shape == (2, 3, 3)
    sample.corr.label = None
    assert measure(_item() | {'data_samples': sample}).labels is None


def test_an_unknown_task_is_refused():
    with pytest.raises(ValueError, match="one of \\('seg', 'depth'\\)"):
        probe_strips([], {}, {}, 'boxes')
