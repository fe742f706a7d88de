"""Cylinder3D: its sizes, its first layers by loops, the invariances of a network on voxels."""
from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.backbones import Cylinder3D
from mmcrossdistill.models.backbones.cylinder3d_blocks import AsymmetricBlock, ContextBlock
from mmcrossdistill.models.data_preprocessors import Voxelizer
from mmcrossdistill.models.layers.sparse_conv import SparseTensor, SubmanifoldConv3d
from mmcrossdistill.structures import PointBatch


def random_points(sizes: tuple[int, ...] = (150, 0, 100), reach: float = 55.0) -> PointBatch:
    coords = (torch.rand(sum(sizes), 3) - 0.5) * torch.tensor([2 * reach, 2 * reach, 10.0])
    feats = torch.cat([torch.rand(len(coords), 1), coords, coords[:, :1]], dim=1)
    batch_idx = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    return PointBatch(coords, feats, batch_idx, None, len(sizes))


def dense(conv: SubmanifoldConv3d, x: torch.Tensor, active: torch.Tensor) -> torch.Tensor:
    """A submanifold convolution by a dense one."""
    weight = conv.weight.view(*conv.kernel_size, conv.in_channels, conv.out_channels)
    out = F.conv3d(x, weight.permute(4, 3, 0, 1, 2), padding=conv.padding)
    return out * active


def test_the_published_sizes() -> None:
    with torch.device('meta'):
        model, projected = Cylinder3D(), Cylinder3D(out_channels=64)
    assert model.embed_dims == 128 and projected.embed_dims == 64
    assert tuple(projected.final.weight.shape) == (27, 128, 64)
    linear = [m for m in model.point_layers if isinstance(m, torch.nn.Linear)]
    assert [(m.in_features, m.out_features) for m in linear] == [
        (9, 64), (64, 128), (128, 256), (256, 256)]
    assert [block.pool.out_channels for block in model.down] == [64, 128, 256, 512]
    assert [block.pool.stride for block in model.down] == [
        (2, 2, 2), (2, 2, 2), (2, 2, 1), (2, 2, 1)]
    assert [block.up.out_channels for block in model.up] == [512, 256, 128, 64]
    assert model.voxel_grid.voxel_size == pytest.approx((50 / 479, 360 / 359, 8 / 31))


def test_what_the_perceptron_reads() -> None:
    model = Cylinder3D(preset='test_tiny', grid_size=(11, 13, 9))  # 5 m, 30 degrees, 1 m
    coords = torch.tensor([[6.0, 0.1, -4.8], [-70.0, -1.0, 9.0], [3.0, -4.0, 1.5]])
    points = PointBatch(coords, torch.rand(3, 5), torch.zeros(3).long(), None, 1)
    feats, cells = model._describe(points)
    assert cells.tolist() == [[1, 6, 0], [10, 0, 8], [1, 4, 6]]
    for row, (x, y, z), cell, given in zip(
            feats, coords.tolist(), cells.tolist(), points.feats, strict=True):
        rho, phi = math.hypot(x, y), math.atan2(y, x)
        offset = (rho - (cell[0] + 0.5) * 5, phi - math.radians(-180 + (cell[1] + 0.5) * 30),
                  z - (-5 + cell[2] + 0.5))
        assert row.tolist() == pytest.approx(
            [*offset, rho, phi, z, x, y, given[0].item()], abs=1e-5)


def test_voxels_take_the_maxima_of_their_points() -> None:
    model = Cylinder3D(preset='test_tiny').eval()
    feats, inverse = torch.randn(40, 9), torch.randint(7, (40,))
    rows = model.point_layers(feats)
    maxima = torch.stack([rows[inverse == voxel].amax(0) for voxel in range(7)])
    torch.testing.assert_close(model._pool(feats, inverse, 7), model.compress(maxima))


def test_blocks_equal_dense_layers() -> None:
    torch.manual_seed(0)
    active = (torch.rand(1, 1, 5, 6, 4) < 0.4).float()
    coords = active[:, 0].nonzero()
    feats = torch.randn(len(coords), 3)
    grid = torch.zeros(1, 3, 5, 6, 4)
    grid[0, :, coords[:, 1], coords[:, 2], coords[:, 3]] = feats.T
    x = SparseTensor(feats, coords, 1, (5, 6, 4))

    def norm(layer, value):
        return F.batch_norm(value, layer.running_mean, layer.running_var, layer.weight,
                            layer.bias, eps=1e-3) * active

    block = AsymmetricBlock(3, 4, 0).eval()
    assert [[part.conv.kernel_size for part in branch] for branch in block.branches] == [
        [(3, 1, 3), (1, 3, 3)], [(1, 3, 3), (3, 1, 3)]]
    total = 0.0
    for branch in block.branches:
        value = grid
        for part in branch:
            value = norm(part.norm, F.leaky_relu(dense(part.conv, value, active)))
        total = total + value
    found = block(x).feats
    torch.testing.assert_close(found, total[0][:, coords[:, 1], coords[:, 2], coords[:, 3]].T)

    context = ContextBlock(3, 0).eval()
    weight = sum(torch.sigmoid(norm(layer, dense(conv, grid, active)))
                 for conv, layer in zip(context.convs, context.norms, strict=True))
    expected = (grid * weight)[0][:, coords[:, 1], coords[:, 2], coords[:, 3]].T
    torch.testing.assert_close(context(x).feats, expected)


def test_a_batch_equals_its_clouds_and_permuted_points_permuted_rows() -> None:
    model, points = Cylinder3D(preset='test_tiny').eval(), random_points()
    rows = model(points)
    assert rows.shape == (250, model.embed_dims) == (250, 16) and rows.isfinite().all()
    for cloud in range(3):
        own = points.batch_idx == cloud
        alone = model(PointBatch(points.coords[own], points.feats[own],
                                 torch.zeros(int(own.sum())).long(), None, 1))
        torch.testing.assert_close(alone, rows[own], rtol=1e-4, atol=1e-5)
    order = torch.randperm(150)
    mixed = model(PointBatch(points.coords[order], points.feats[order],
                             points.batch_idx[order], None, 1))
    torch.testing.assert_close(mixed, rows[order], rtol=1e-4, atol=1e-5)


def test_every_parameter_learns() -> None:
    model = Cylinder3D(out_channels=5, preset='test_tiny')
    model(random_points(reach=20.0)).square()[:, 0].sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for name, parameter in model.named_parameters()
               if not name.startswith('final'))


def test_weights_of_another_grid_and_bad_settings_are_refused(tmp_path: Path) -> None:
    model = Cylinder3D(preset='test_tiny')
    torch.save(dict(state_dict=model.state_dict(), meta=dict(
        voxel_grid=Cylinder3D(preset='test_tiny', max_distance=40.0).voxel_grid.to_dict())),
        tmp_path / 'other.pth')
    model.init_cfg = dict(type='Pretrained', checkpoint=str(tmp_path / 'other.pth'))
    with pytest.raises(ValueError, match='other.pth.*voxel_size'):
        model.init_weights()
    with pytest.raises(ValueError, match='Cylinder3D reads points.*voxelizer'):
        model(Voxelizer(0.5)(random_points()))
    with pytest.raises(ValueError, match='cylinder3d'):
        Cylinder3D(preset='huge')
    with pytest.raises(ValueError, match='height_range'):
        Cylinder3D(preset='test_tiny', height_range=(3, -5))
