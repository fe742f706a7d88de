"""SECOND's encoder against the same network of dense layers."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from mmcrossdistill.models.backbones import VoxelNet
from mmcrossdistill.models.data_preprocessors import Voxelizer
from mmcrossdistill.models.layers.sparse_conv import SubmanifoldConv3d
from mmcrossdistill.structures import PointBatch

SMALL = dict(voxel_size=(0.5, 0.5, 0.2), point_range=(-8.0, -8.0, -2.0, 8.0, 8.0, 6.0),
             widths=(4, 6, 8, 8), last_width=10)


def random_points(sizes: tuple[int, ...] = (150, 0, 100), reach: float = 9.0) -> PointBatch:
    coords = (torch.rand(sum(sizes), 3) - 0.5) * torch.tensor([2 * reach, 2 * reach, 3.0])
    feats = torch.cat([torch.rand(len(coords), 1), coords, coords[:, :1]], dim=1)
    batch_idx = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    return PointBatch(coords, feats, batch_idx, None, len(sizes))


def dense_view(model: VoxelNet, points: PointBatch) -> Tensor:
    """The bird's eye view by dense convolutions; inactive cells are set to zero by a mask."""
    low, high = torch.tensor(SMALL['point_range']).view(2, 3)
    inside = ((points.coords >= low) & (points.coords < high)).all(dim=1)
    cells = ((points.coords - low) / torch.tensor(SMALL['voxel_size'])).floor().long()
    x = torch.zeros(points.batch_size, 4, *model.shape)
    count = torch.zeros(points.batch_size, 1, *model.shape)
    for row in inside.nonzero().flatten().tolist():
        place = (points.batch_idx[row], slice(None), *cells[row])
        x[place] += points.feats[row, [1, 2, 3, 0]]
        count[place] += 1
    active = (count > 0).float()
    x = x / count.clamp_min(1)
    for layer in model.layers:
        conv, norm = layer.conv, layer.norm
        weight = conv.weight.view(*conv.kernel_size, conv.in_channels, conv.out_channels)
        x = F.conv3d(x, weight.permute(4, 3, 0, 1, 2), stride=conv.stride, padding=conv.padding)
        if not isinstance(conv, SubmanifoldConv3d):
            active = (F.conv3d(active, torch.ones(1, 1, *conv.kernel_size), stride=conv.stride,
                               padding=conv.padding) > 0).float()
        x = F.batch_norm(x, norm.running_mean, norm.running_var, norm.weight, norm.bias,
                         eps=1e-3).relu() * active
    if model.final is not None:
        x = F.normalize(F.conv3d(x, model.final.weight[:, :, None, None, None]), dim=1) * active
    return x.permute(0, 1, 4, 2, 3).flatten(1, 2)


@pytest.mark.parametrize('out_channels', [None, 5])
def test_equals_dense_layers(out_channels: int | None) -> None:
    model = VoxelNet(out_channels=out_channels, **SMALL).eval()
    for layer in model.layers:
        torch.nn.init.uniform_(layer.norm.running_mean, -0.2, 0.2)
    points = random_points()
    rows = model(points)
    view = dense_view(model, points)
    assert view.shape == (3, model.embed_dims, 4, 4) and rows.shape == (250, model.embed_dims)
    place = (points.coords[:, :2] + 8.0) / 0.5 / 8
    for cloud in range(3):
        own = points.batch_idx == cloud
        grid = place[own].flip(1) / 3 * 2 - 1
        wanted = F.grid_sample(view[cloud:cloud + 1], grid.view(1, 1, -1, 2), align_corners=True,
                               padding_mode='border')[0, :, 0].T
        inside = (points.coords[own][:, :2].abs() < 8).all(dim=1)
        torch.testing.assert_close(rows[own], wanted * inside[:, None], rtol=1e-4, atol=1e-5)
        assert not inside.all() or not own.any()


def test_the_published_sizes() -> None:
    with torch.device('meta'):
        model = VoxelNet()
        projected = VoxelNet(out_channels=64)
    assert model.shape == (1024, 1024, 41) and model.embed_dims == 256
    assert projected.embed_dims == 128 and projected.final.bias is None
    assert [tuple(layer.conv.weight.shape) for layer in model.layers] == [
        (27, 4, 16), (27, 16, 16), (27, 16, 32), (27, 32, 32), (27, 32, 32), (27, 32, 64),
        (27, 64, 64), (27, 64, 64), (27, 64, 64), (27, 64, 64), (27, 64, 64), (3, 64, 128)]


def test_levels_for_detectors_of_two_stages() -> None:
    model, points = VoxelNet(**SMALL).eval(), random_points()
    view, levels = model.bird_eye_view_and_levels(points)
    assert torch.equal(view, model.bird_eye_view(points))
    assert [level.feats.shape[1] for level in levels] == list(SMALL['widths'])
    inside = (points.coords[:, :2].abs() < 8).all(dim=1)
    occupied = torch.cat([points.batch_idx[inside, None], (
        (points.coords[inside] - torch.tensor(model.point_range[:3]))
        / torch.tensor(model.voxelizer.grid.voxel_size)).floor().long()], dim=1)
    assert torch.equal(levels[0].coords, occupied.unique(dim=0))
    for level, stride in zip(levels, (1, 2, 4, 8), strict=True):
        assert level.shape[:2] == tuple(size // stride for size in model.shape[:2])
        cells = occupied.clone()
        cells[:, 1:3] //= stride
        reached = {tuple(row) for row in level.coords[:, :3].tolist()}
        assert {tuple(row) for row in cells[:, :3].tolist()} <= reached


def test_every_parameter_learns() -> None:
    model = VoxelNet(out_channels=5, **SMALL)
    model(random_points()).square()[:, 0].sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in model.parameters())


def test_weights_of_another_grid_and_voxels_are_refused(tmp_path: Path) -> None:
    model = VoxelNet(**SMALL)
    torch.save(dict(state_dict=model.state_dict(), meta=dict(
        voxel_grid=Voxelizer(0.1).grid.to_dict())), tmp_path / 'other.pth')
    model.init_cfg = dict(type='Pretrained', checkpoint=str(tmp_path / 'other.pth'))
    with pytest.raises(ValueError, match='other.pth.*voxel_size'):
        model.init_weights()
    other = VoxelNet(**SMALL, same_grid=False, init_cfg=model.init_cfg)
    other.init_weights()
    assert torch.equal(other.layers[0].conv.weight, model.layers[0].conv.weight)
    with pytest.raises(ValueError, match='remove data_preprocessor.voxelizer'):
        model(Voxelizer(0.5)(random_points()))
    with pytest.raises(ValueError, match='6 range limits'):
        VoxelNet(point_range=(1, 2, 3))
    with pytest.raises(ValueError, match='vanish'):
        VoxelNet(voxel_size=(0.5, 0.5, 4.0))
