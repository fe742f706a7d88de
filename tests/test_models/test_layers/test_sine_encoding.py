"""Sines and cosines against a loop."""
from __future__ import annotations

import math

import torch

from mmcrossdistill.models.layers.sine_encoding import encode_sine


def test_equals_the_formula_channel_by_channel() -> None:
    positions = torch.rand(5, 3)
    encoded = encode_sine(positions, 8)
    assert encoded.shape == (5, 24)
    for row in range(5):
        for axis in range(3):
            for pair in range(4):
                angle = 2 * math.pi * float(positions[row, axis]) / 10000 ** (2 * pair / 8)
                got = encoded[row, axis * 8 + 2 * pair:axis * 8 + 2 * pair + 2]
                torch.testing.assert_close(
                    got, torch.tensor([math.sin(angle), math.cos(angle)]), rtol=1e-4, atol=1e-5)
