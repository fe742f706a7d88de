"""The linear head on maps."""
from __future__ import annotations

import torch
import torch.nn.functional as F

from mmcrossdistill.registry import MODELS


def test_equals_a_1x1_convolution() -> None:
    projector = MODELS.build(dict(type='MapProjector', in_channels=5, out_channels=3))
    maps = torch.randn(2, 5, 4, 7)
    weight = projector.linear.weight[:, :, None, None]
    torch.testing.assert_close(projector(maps), F.conv2d(maps, weight, projector.linear.bias))
