"""Pairs of features."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.poolers import CorrespondencePooler
from mmcrossdistill.structures import Correspondence


def test_rows_belong_together() -> None:
    feats_2d, feats_3d = torch.randn(2, 4, 3, 3), torch.randn(10, 4)
    corr = Correspondence(
        torch.tensor([7, 2]), torch.tensor([1, 0]), torch.tensor([[5.2, 1.9], [0.0, 8.9]]))
    pairs = CorrespondencePooler()(feats_2d, feats_3d, corr, (9, 9))
    full = F.interpolate(feats_2d, (9, 9), mode='bilinear', align_corners=True)
    torch.testing.assert_close(pairs.feat_2d, torch.stack([full[1, :, 1, 5], full[0, :, 8, 0]]))
    torch.testing.assert_close(pairs.feat_3d, feats_3d[[7, 2]])


def test_different_widths_name_the_key() -> None:
    with pytest.raises(ValueError, match='projector_3d.out_channels'):
        CorrespondencePooler()(
            torch.randn(1, 4, 3, 3), torch.randn(5, 6), Correspondence.empty(), (9, 9))
