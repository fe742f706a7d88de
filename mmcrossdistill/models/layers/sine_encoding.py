"""Sines and cosines of positions."""
from __future__ import annotations

import math

import torch
from torch import Tensor


def encode_sine(positions: Tensor, num_feats: int, temperature: float = 10000.0) -> Tensor:
    """Encode each coordinate by sines and cosines of falling frequency.

    Channels 2 i and 2 i + 1 of a coordinate p are sin and cos of 2 pi p / T^(2 i / num_feats).
    Source: Vaswani et al., 2017; on the scale of DETR and PETR.

    Args:
        positions ((..., K) float): in [0, 1].
        num_feats (even): channels per coordinate.
        temperature: T.

    Returns:
        (..., K * num_feats) float32: coordinate after coordinate.
    """
    index = torch.arange(num_feats // 2, device=positions.device, dtype=torch.float32)
    angle = positions.float()[..., None] * (2 * math.pi / temperature ** (2 * index / num_feats))
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(-3)
