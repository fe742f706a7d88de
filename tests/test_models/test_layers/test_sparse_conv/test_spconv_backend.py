"""The CUDA back end gives what the CPU's gives."""
from __future__ import annotations

import sys
import types

import pytest
import torch
from mmengine.logging import MMLogger

from mmcrossdistill.models.layers.sparse_conv import (
    InverseConv3d,
    SparseTensor,
    StridedConv3d,
    SubmanifoldConv3d,
    modules,
    spconv_backend,
    torch_backend,
)


@pytest.fixture
def no_spconv(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if spconv were not installed."""
    monkeypatch.setitem(sys.modules, 'spconv.pytorch', None)
    spconv_backend.find_spconv.cache_clear()
    yield
    spconv_backend.find_spconv.cache_clear()


def test_without_spconv_cuda_takes_our_own_and_the_remedy_is_named_once(
        no_spconv: None, caplog: pytest.LogCaptureFixture) -> None:
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    try:
        chosen = [modules._choose_backend(on_cuda=True) for _ in range(2)]
    finally:
        logger.removeHandler(caplog.handler)
    assert chosen == [torch_backend] * 2
    assert [record.levelname for record in caplog.records] == ['WARNING']
    assert 'pip install spconv-cu120' in caplog.text


def test_with_spconv_only_cuda_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spconv_backend, 'find_spconv', lambda: types.ModuleType('spconv'))
    assert modules._choose_backend(on_cuda=True) is spconv_backend
    assert modules._choose_backend(on_cuda=False) is torch_backend


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
