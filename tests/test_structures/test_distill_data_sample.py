"""Tests of DistillDataSample."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.structures import Correspondence, DistillDataSample


def test_fields_survive_a_move() -> None:
    sample = DistillDataSample(metainfo=dict(token='a', condition='night'))
    sample.corr = Correspondence(torch.tensor([1]), torch.tensor([0]), torch.zeros(1, 2))
    sample.point_labels = torch.tensor([3, 255])
    sample.pred_labels = torch.tensor([2])
    sample.pred_depth = torch.tensor([4.0])
    sample.pred_point_labels = torch.tensor([1, 1])
    moved = sample.to('cpu')
    assert moved.corr.point_idx.tolist() == [1]
    assert moved.point_labels.tolist() == [3, 255]
    assert moved.pred_labels.tolist() == [2]
    assert moved.pred_depth.tolist() == [4.0]
    assert moved.pred_point_labels.tolist() == [1, 1]
    assert moved.condition == 'night'


def test_a_field_of_another_type_is_refused() -> None:
    with pytest.raises(AssertionError):
        DistillDataSample().corr = torch.zeros(3)
