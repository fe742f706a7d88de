"""Each kind of convolution against a dense one, values and all gradients."""
from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from mmcrossdistill.models.layers.sparse_conv import (
    InverseConv3d,
    SparseTensor,
    StridedConv3d,
    SubmanifoldConv3d,
)

SHAPE = (11, 8, 7)
BATCH = 3  # the middle cloud is empty


@pytest.fixture
def threads() -> Callable[[int], None]:
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def random_coords(share: float = 0.2) -> Tensor:
    occupied = torch.rand(BATCH, *SHAPE) < share
    occupied[1] = False
    return occupied.nonzero()


def to_dense(feats: Tensor, coords: Tensor, shape: tuple[int, ...] = SHAPE) -> Tensor:
    """(V, C) rows to (B, C, X, Y, Z)."""
    dense = feats.new_zeros(BATCH, *shape, feats.shape[1])
    return dense.index_put(tuple(coords.T), feats).permute(0, 4, 1, 2, 3)


def read(dense: Tensor, coords: Tensor) -> Tensor:
    return dense.permute(0, 2, 3, 4, 1)[tuple(coords.T)]


def dense_weight(weight: Tensor, size: tuple[int, ...], inverse: bool = False) -> Tensor:
    shaped = weight.view(*size, *weight.shape[1:])
    return shaped.permute(3, 4, 0, 1, 2) if inverse else shaped.permute(4, 3, 0, 1, 2)


def compare(ours: Tensor, reference: Tensor, inputs: tuple[Tensor, ...]) -> None:
    """Values and gradients of the same random projection."""
    torch.testing.assert_close(ours, reference, rtol=1e-5, atol=1e-5)
    factor = torch.randn_like(ours)
    for mine, wanted in zip(*(
            torch.autograd.grad((values * factor).sum(), inputs, retain_graph=True)
            for values in (ours, reference)), strict=True):
        scale = wanted.abs().max().clamp_min(1)
        torch.testing.assert_close(mine / scale, wanted / scale, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize('size', [(3, 3, 3), (1, 3, 5), (1, 1, 1)])
@pytest.mark.parametrize('num_threads', [1, 2, 5])
def test_submanifold_equals_dense(
        size: tuple, num_threads: int, threads: Callable[[int], None]) -> None:
    threads(num_threads)
    coords = random_coords()
    feats = torch.randn(len(coords), 5, requires_grad=True)
    conv = SubmanifoldConv3d(5, 7, size, 'a', bias=True)
    out = conv(SparseTensor(feats, coords, BATCH, SHAPE))
    dense = F.conv3d(to_dense(feats, coords), dense_weight(conv.weight, size), conv.bias,
                     padding=tuple(s // 2 for s in size))
    assert out.coords is coords and out.shape == SHAPE
    compare(out.feats, read(dense, coords), (feats, conv.weight, conv.bias))


@pytest.mark.parametrize(('size', 'stride', 'padding'), [
    (2, 2, 0), (3, 2, 1), (3, 2, (0, 1, 1)), ((3, 1, 1), (2, 1, 1), 0), (3, 1, 1)])
def test_strided_and_inverse_equal_dense(size: int, stride: int, padding: int) -> None:
    coords = random_coords(0.1)
    feats = torch.randn(len(coords), 4, requires_grad=True)
    down = StridedConv3d(4, 6, size, 'down', stride, padding)
    up = InverseConv3d(6, 3, size, 'down', bias=True)
    x = SparseTensor(feats, coords, BATCH, SHAPE)
    coarse = down(x)
    dense = F.conv3d(to_dense(feats, coords), dense_weight(down.weight, down.kernel_size),
                     stride=down.stride, padding=down.padding)
    assert coarse.shape == tuple(dense.shape[2:])
    reach = F.conv3d(to_dense(torch.ones(len(coords), 1), coords),
                     torch.ones(1, 1, *down.kernel_size), stride=down.stride, padding=down.padding)
    assert torch.equal(coarse.coords, (reach[:, 0] > 0).nonzero())
    compare(coarse.feats, read(dense, coarse.coords), (feats, down.weight))
    fine = up(coarse)
    assert fine.coords is coords and fine.shape == SHAPE
    lost = [(n + 2 * p - k) % s for n, p, k, s in zip(
        SHAPE, down.padding, down.kernel_size, down.stride, strict=True)]
    raised = F.conv_transpose3d(
        to_dense(coarse.feats, coarse.coords, coarse.shape),
        dense_weight(up.weight, up.kernel_size, inverse=True), up.bias, stride=down.stride,
        padding=down.padding, output_padding=lost)
    compare(fine.feats, read(raised, coords), (feats, down.weight, up.weight, up.bias))


def test_an_unbounded_grid_is_aligned_to_zero() -> None:
    coords = random_coords()
    feats = torch.randn(len(coords), 2)
    down = StridedConv3d(2, 3, 2, 'down', 2)
    out = down(SparseTensor(feats, coords, BATCH))
    for shift in (4, -6, -7):
        moved = coords.clone()
        moved[:, 1:] += shift
        other = down(SparseTensor(feats, moved, BATCH))
        if shift % 2:
            assert not torch.equal(other.coords[:, 1:] - shift // 2, out.coords[:, 1:])
        else:
            assert torch.equal(other.coords[:, 1:] - shift // 2, out.coords[:, 1:])
            assert torch.equal(other.feats, out.feats)
    assert torch.equal(other.coords.unique(dim=0), torch.cat(
        [moved[:, :1], moved[:, 1:].div(2, rounding_mode='floor')], dim=1).unique(dim=0))


def test_a_batch_equals_its_clouds_and_rows_follow_voxels() -> None:
    coords = random_coords()
    feats = torch.randn(len(coords), 4)
    conv = SubmanifoldConv3d(4, 4, 3, 'a')
    whole = conv(SparseTensor(feats, coords, BATCH)).feats
    for cloud in range(BATCH):
        rows = coords[:, 0] == cloud
        alone = coords[rows] * torch.tensor([0, 1, 1, 1])
        torch.testing.assert_close(
            conv(SparseTensor(feats[rows], alone, 1)).feats, whole[rows], rtol=1e-5, atol=1e-6)


def run_net(feats: Tensor, coords: Tensor, layers: list[torch.nn.Module]) -> list[Tensor]:
    feats = feats.clone().requires_grad_()
    x = SparseTensor(feats, coords, BATCH)
    for layer in layers:
        layer.zero_grad()
        x = layer(x)
    x.feats.square().sum().backward()
    return [x.feats.detach(), feats.grad, *(layer.weight.grad.clone() for layer in layers)]


def test_the_same_result_twice_and_with_any_number_of_threads(
        threads: Callable[[int], None]) -> None:
    coords = random_coords(0.8)
    feats = torch.randn(len(coords), 16)
    layers = [SubmanifoldConv3d(16, 32, 3, 'a'), StridedConv3d(32, 32, 2, 'b', 2),
              SubmanifoldConv3d(32, 64, 3, 'c'), InverseConv3d(64, 16, 2, 'b')]
    threads(1)
    first = run_net(feats, coords, layers)
    for mine, again in zip(first, run_net(feats, coords, layers), strict=True):
        assert torch.equal(mine, again)
    for count in (2, 3):
        threads(count)
        results = run_net(feats, coords, layers)
        for mine, again, other in zip(
                results, run_net(feats, coords, layers), first, strict=True):
            assert torch.equal(mine, again)
            torch.testing.assert_close(mine / other.abs().max(), other / other.abs().max(),
                                       rtol=0, atol=1e-6)


def test_gradients_in_double_precision() -> None:
    coords = random_coords(0.05)
    feats = torch.randn(len(coords), 2, dtype=torch.float64, requires_grad=True)
    down = StridedConv3d(2, 3, 2, 'down', 2).double()
    mid = SubmanifoldConv3d(3, 2, 3, 'mid').double()
    up = InverseConv3d(2, 2, 2, 'down').double()

    def run(rows: Tensor, *weights: Tensor) -> Tensor:
        x = SparseTensor(rows, coords, BATCH)
        for layer, weight in zip((down, mid, up), weights, strict=True):
            x = torch.func.functional_call(layer, {'weight': weight}, (x,))
        return x.feats

    assert torch.autograd.gradcheck(run, (feats, down.weight, mid.weight, up.weight),
                                    fast_mode=True)


def test_no_voxels() -> None:
    x = SparseTensor(torch.zeros(0, 2, requires_grad=True), torch.zeros(0, 4).long(), 1)
    leaf = x.feats
    for layer in (SubmanifoldConv3d(2, 3, 3, 'a'), StridedConv3d(3, 4, 2, 'b', 2),
                  InverseConv3d(4, 5, 2, 'b')):
        x = layer(x)
    assert x.feats.shape == (0, 5)
    x.feats.sum().backward()
    assert leaf.grad.shape == (0, 2) and not layer.weight.grad.any()


def test_autocast_computes_in_single_precision() -> None:
    coords = random_coords()
    x = SparseTensor(torch.randn(len(coords), 4), coords, BATCH)
    conv = SubmanifoldConv3d(4, 4, 3, 'a')
    with torch.autocast('cpu', torch.bfloat16):
        out = conv(x.with_feats(x.feats.bfloat16())).feats
    assert out.dtype == torch.float32
    assert torch.equal(out, conv(x.with_feats(x.feats.bfloat16().float())).feats)


def test_wrong_use_is_refused() -> None:
    coords = random_coords()
    x = SparseTensor(torch.randn(len(coords), 4), coords, BATCH)
    with pytest.raises(KeyError, match='StridedConv3d'):
        InverseConv3d(4, 4, 2, 'b')(x)
    with pytest.raises(ValueError, match='odd'):
        SubmanifoldConv3d(4, 4, 2, 'a')
    with pytest.raises(ValueError, match='one or three'):
        StridedConv3d(4, 4, (2, 2), 'a')
    SubmanifoldConv3d(4, 4, 3, 'a')(x)
    for layer, start in ((SubmanifoldConv3d(4, 4, 5, 'a'), x),
                         (StridedConv3d(4, 4, 2, 'a', 2), x),
                         (SubmanifoldConv3d(4, 4, 3, 'a'), copy.copy(x))):
        start.coords = start.coords if start is x else start.coords.clone()
        with pytest.raises(ValueError, match='another indice_key'):
            layer(start)
    with pytest.raises(ValueError, match='sorted'):
        SubmanifoldConv3d(4, 4, 3, 'a')(SparseTensor(x.feats, coords.flip(0), BATCH))


def test_a_real_cloud_equals_dense(real_data: Path) -> None:
    path = next((real_data / 'nuscenes').glob('scene-0061*/*LIDAR_TOP*.bin'))
    points = torch.from_numpy(np.fromfile(path, dtype=np.float32).reshape(-1, 5)[:, :3])
    near = points[(points.abs() < torch.tensor([12.0, 12.0, 3.0])).all(dim=1)]
    indices = (near / 0.2).floor().long().unique(dim=0)
    indices -= indices.amin(0)
    coords = torch.cat([torch.zeros(len(indices), 1, dtype=torch.int64), indices], dim=1)
    shape = tuple((indices.amax(0) + 1).tolist())
    feats = torch.randn(len(coords), 8, requires_grad=True)
    conv = SubmanifoldConv3d(8, 8, 3, 'a')
    out = conv(SparseTensor(feats, coords, BATCH, shape)).feats
    dense = F.conv3d(
        to_dense(feats, coords, shape)[:1], dense_weight(conv.weight, (3, 3, 3)), padding=1)
    assert len(coords) > 3000
    compare(out, read(dense, coords), (feats, conv.weight))
