"""Features of a frozen encoder, computed once per image."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from mmcrossdistill.models.layers import feature_cache
from mmcrossdistill.models.layers.feature_cache import FeatureCache


class CountingEncoder:
    """A convolution that counts the images it sees."""

    def __init__(self) -> None:
        self.conv = nn.Conv2d(3, 4, 4, stride=4)
        self.seen = 0

    def __call__(self, imgs: Tensor) -> Tensor:
        self.seen += len(imgs)
        return self.conv(imgs)


def test_each_image_is_encoded_once_and_exactly() -> None:
    cache, encoder, imgs = FeatureCache(), CountingEncoder(), torch.randn(5, 3, 8, 12)
    expected = encoder(imgs).detach()
    encoder.seen = 0
    for rows in ([0, 1], [1, 2], [4, 2, 0], [3, 3]):
        feats = cache(imgs[rows], encoder)
        assert torch.allclose(feats, expected[rows], atol=1e-6)
        assert not feats.requires_grad
    # Both copies of image 3 miss in the same batch.
    assert encoder.seen == 6 and len(cache) == 5


def test_a_changed_pixel_is_another_image() -> None:
    cache, encoder, imgs = FeatureCache(), CountingEncoder(), torch.randn(1, 3, 8, 12)
    cache(imgs, encoder)
    changed = imgs.clone()
    changed[0, 1, 2, 3] += 0.5
    assert torch.allclose(cache(changed, encoder), encoder(changed))
    assert len(cache) == 2


def test_is_bounded_and_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(feature_cache, 'print_log', lambda message, **_: said.append(message))
    imgs, encoder = torch.randn(4, 3, 8, 12), CountingEncoder()
    map_bytes = 4 * 2 * 3 * 4
    cache = FeatureCache(max_bytes=2 * map_bytes)
    for _ in range(2):
        assert torch.allclose(cache(imgs, encoder), encoder(imgs), atol=1e-6)
    assert len(cache) == 2 and cache.num_bytes == 2 * map_bytes
    assert len(said) == 1 and 'full with 2 maps' in said[0]
    cache.clear()
    assert len(cache) == 0 and cache.num_bytes == 0
