"""Batch norm of feature maps."""
from __future__ import annotations

import torch

from mmcrossdistill.models.necks import BatchNormNeck


def test_normalises_the_last_map_by_batch_and_then_by_running_statistics() -> None:
    neck = BatchNormNeck(3)
    feats = torch.randn(4, 3, 5, 6) * 7 + 2
    out, = neck((torch.zeros(1, 9, 2, 2), feats))
    torch.testing.assert_close(out.mean((0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(
        out.var((0, 2, 3), correction=0), torch.ones(3), atol=1e-4, rtol=0)
    mean = 0.1 * feats.mean((0, 2, 3)).view(3, 1, 1)
    var = 0.9 + 0.1 * feats.var((0, 2, 3)).view(3, 1, 1)
    torch.testing.assert_close(
        neck.eval()([feats])[0], (feats - mean) / (var + 1e-5).sqrt())
