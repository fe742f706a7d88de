"""The CUDA back end gives what the CPU's gives."""
from __future__ import annotations

import importlib.util

import pytest
import torch

from mmcrossdistill.models.layers.sparse_conv import (
    InverseConv3d,
    SparseTensor,
    StridedConv3d,
    SubmanifoldConv3d,
    spconv_backend,
)


@pytest.mark.skipif(importlib.util.find_spec('spconv') is not None, reason='spconv is installed')
def test_without_spconv_the_remedy_is_named() -> None:
    x = SparseTensor(torch.ones(1, 2), torch.zeros(1, 4, dtype=torch.int64), 1)
    with pytest.raises(ImportError, match='pip install spconv'):
        spconv_backend.convolve(x, SubmanifoldConv3d(2, 2, 3, 'a'))


@pytest.mark.gpu
@pytest.mark.parametrize('shape', [None, (12, 10, 9)])
def test_equals_the_cpu(shape: tuple[int, int, int] | None) -> None:
    pytest.importorskip('spconv.pytorch')
    coords = (torch.rand(2, 12, 10, 9) < 0.2).nonzero()
    if shape is None:
        coords[:, 1:] -= 5
    feats = torch.randn(len(coords), 16)
    down = StridedConv3d(16, 32, 2, 'b', 2)
    layers = torch.nn.Sequential(
        SubmanifoldConv3d(16, 16, 3, 'a', bias=True), down, SubmanifoldConv3d(32, 32, 3, 'c'),
        InverseConv3d(32, 16, 2, 'b'))
    results = []
    for device in ('cpu', 'cuda'):
        layers.to(device).zero_grad()
        rows = feats.to(device).requires_grad_()
        out = layers(SparseTensor(rows, coords.to(device), 2, shape))
        assert torch.equal(out.coords.cpu(), coords)
        out.feats.square().sum().backward()
        results.append([out.feats, rows.grad, *(p.grad for p in layers.parameters())])
    for mine, other in zip(*results, strict=True):
        torch.testing.assert_close(other.cpu(), mine.cpu(), rtol=1e-3, atol=1e-3)
