"""The convolutional patch embedding."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.models.backbones import ViT
from mmcrossdistill.models.backbones.conv_stem import build_conv_stem


@pytest.mark.parametrize('patch', [2, 8, 16])
def test_one_cell_per_patch(patch: int) -> None:
    stem = build_conv_stem(patch, 128)
    assert stem(torch.randn(1, 3, 4 * patch, 6 * patch)).shape == (1, 128, 4, 6)


def test_an_image_is_embedded_alike_in_any_batch_and_mode() -> None:
    stem = build_conv_stem(8, 32)
    images = torch.randn(3, 3, 16, 32)
    alone = stem.train()(images[1:2])
    torch.testing.assert_close(stem.eval()(images)[1:2], alone)


def test_a_patch_that_is_no_power_of_two() -> None:
    with pytest.raises(ValueError, match='power of two'):
        build_conv_stem(14, 64)


def test_the_preset_of_minidrive_has_it_and_trains() -> None:
    model = ViT(arch='minidrive_tiny')
    assert model.patch_size == (8, 8)
    model(torch.randn(1, 3, 112, 224))[-1].square().mean().backward()
    stem = model.model.patch_embed.proj
    assert len(stem) > 1 and all(p.grad is not None for p in stem.parameters())
