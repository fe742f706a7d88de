"""The head puts the stop-gradient where the direction says."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.models.heads import DistillHead
from mmcrossdistill.models.poolers import FeaturePairs


@pytest.mark.parametrize('direction,learns_2d,learns_3d', [
    ('image_to_lidar', False, True), ('lidar_to_image', True, False), ('both', True, True)])
def test_stop_gradient(direction: str, learns_2d: bool, learns_3d: bool) -> None:
    pairs = FeaturePairs(*(torch.randn(8, 4, requires_grad=True) for _ in range(2)))
    losses = DistillHead(dict(type='DistillLoss')).loss(pairs, direction)
    sum(value for name, value in losses.items() if 'loss' in name).backward()
    assert (pairs.feat_2d.grad is not None) == learns_2d
    assert (pairs.feat_3d.grad is not None) == learns_3d
    assert losses['cosine'].item() == pytest.approx(
        torch.cosine_similarity(pairs.feat_2d, pairs.feat_3d).mean().item(), rel=1e-5)
