"""The image head that sees its surroundings, and the one that does not."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.models.projectors import ConvMapProjector, MapProjector


def reach(head: torch.nn.Module) -> int:
    """Cells on which the output in the middle depends."""
    feats = torch.randn(1, 6, 11, 11, requires_grad=True)
    out = head(feats)
    assert out.shape == (1, 4, 11, 11)
    out[0, :, 5, 5].sum().backward()
    return int((feats.grad.abs().sum(1) > 0).sum())


def test_three_layers_see_seven_cells_and_the_linear_head_one() -> None:
    assert reach(ConvMapProjector(6, 4)) == 49
    assert reach(ConvMapProjector(6, 4, num_layers=1)) == 9
    assert reach(MapProjector(6, 4)) == 1


def test_bad_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match='odd'):
        ConvMapProjector(6, 4, kernel_size=2)
