"""Features of a frozen encoder, computed once per image."""
from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import Any

import torch
from mmengine.logging import print_log
from torch import Tensor, nn


class FeatureCache(nn.Module):
    """Feature maps in memory, found by the content of the image.

    Because the key is a digest of the pixels, an augmented image is another image: a random
    pipeline makes the cache useless, never wrong. The encoder's weights must not change: loading a
    checkpoint into a model that holds the cache as a child empties it; for any other change call
    :meth:`clear`. On CUDA, hashing copies each image to the host.

    Args:
        max_bytes (> 0): maps beyond this size are not kept (one warning says so) and are computed
            every time.
    """

    def __init__(self, max_bytes: int = 4 * 2 ** 30) -> None:
        super().__init__()
        self.max_bytes = max_bytes
        self.num_bytes = 0
        self._maps: dict[bytes, Tensor] = {}
        self._is_full = False

    def __len__(self) -> int:
        return len(self._maps)

    def clear(self) -> None:
        """Forget all maps."""
        self._maps.clear()
        self.num_bytes, self._is_full = 0, False

    def _load_from_state_dict(self, *args: Any, **kwargs: Any) -> None:
        """Forget all maps: the weights that made them are being replaced."""
        self.clear()
        super()._load_from_state_dict(*args, **kwargs)

    def forward(self, imgs: Tensor, encode: Callable[[Tensor], Tensor]) -> Tensor:
        """Look up the maps of a batch; encode those not seen before.

        Args:
            imgs ((B, 3, H, W) float): images.
            encode: maps (K, 3, H, W) images to (K, C, h, w) features; called without gradient.

        Returns:
            (B, C, h, w) float: features without gradient, in channels_last order.
        """
        keys = [_digest(img) for img in imgs]
        known = [self._maps.get(key) for key in keys]
        missing = [row for row, value in enumerate(known) if value is None]
        if missing:
            with torch.no_grad():
                fresh = encode(imgs if len(missing) == len(keys) else imgs[missing])
            # Rows of cells, because the heads and the sampling read whole feature vectors.
            for row, value in zip(missing, fresh.permute(0, 2, 3, 1), strict=True):
                known[row] = value
                self._keep(keys[row], value)
        stacked = torch.stack([value.to(imgs.device, non_blocking=True) for value in known])
        return stacked.permute(0, 3, 1, 2)

    def _keep(self, key: bytes, value: Tensor) -> None:
        """Store one map while there is room."""
        size = value.numel() * value.element_size()
        if self.num_bytes + size <= self.max_bytes:
            self._maps[key] = value.cpu().clone()
            self.num_bytes += size
        elif not self._is_full:
            self._is_full = True
            print_log(
                f'feature cache: full with {len(self._maps)} maps of {size / 2 ** 20:.1f} MiB; '
                'further images are encoded every time. If the pipeline augments images at '
                'random, set cache_features=False', logger='current', level=logging.WARNING)


def _digest(img: Tensor) -> bytes:
    """Hash the pixels of one image."""
    return hashlib.sha1(
        img.detach().cpu().contiguous().numpy().data, usedforsecurity=False).digest()
