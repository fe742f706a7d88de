"""The published size, the invariances of a network on voxels, and the grid of its weights."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmcrossdistill.models.backbones import SparseUNet
from mmcrossdistill.models.data_preprocessors import Voxelizer
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import PointBatch, VoxelBatch


def random_voxels(sizes: tuple[int, ...] = (200, 0, 150), shift: float = 0.0) -> VoxelBatch:
    coords = torch.rand(sum(sizes), 3) * torch.tensor([8.0, 8.0, 2.0]) - 4 + shift
    feats = torch.cat([torch.rand(len(coords), 1), coords, coords[:, :1]], dim=1)
    batch_idx = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    return Voxelizer(0.25)(PointBatch(coords, feats, batch_idx, None, len(sizes)))


@pytest.mark.parametrize(('out_channels', 'count'), [(64, 37_849_184), (17, 37_844_625)])
def test_the_published_number_of_parameters(out_channels: int, count: int) -> None:
    with torch.device('meta'):
        model = SparseUNet(in_channels=1, out_channels=out_channels)
    assert sum(parameter.numel() for parameter in model.parameters()) == count
    assert model.embed_dims == out_channels


def test_a_batch_equals_its_clouds() -> None:
    model = SparseUNet(preset='test_tiny').eval()
    voxels = random_voxels()
    whole = model(voxels)
    assert whole.shape == (len(voxels), model.embed_dims) == (len(voxels), 8)
    for index in range(voxels.batch_size):
        rows = voxels.coords[:, 0] == index
        coords = voxels.coords[rows] * torch.tensor([0, 1, 1, 1])
        alone = model(VoxelBatch(coords, voxels.feats[rows], 1, torch.empty(0)))
        torch.testing.assert_close(alone, whole[rows], rtol=1e-4, atol=1e-5)


def test_features_move_with_the_cloud_by_whole_coarsest_voxels() -> None:
    model = SparseUNet(preset='test_tiny')  # norms of the batch keep deep levels audible
    voxels = random_voxels()
    feats = model(voxels)
    for shift, equal in ((-32, True), (16, True), (8, False)):
        moved = voxels.coords + torch.tensor([0, shift, 0, shift])
        other = model(VoxelBatch(moved, voxels.feats, voxels.batch_size, voxels.inverse))
        assert torch.allclose(other, feats, rtol=1e-3, atol=1e-3) == equal


def test_every_parameter_learns_and_norms_have_their_momenta() -> None:
    model = SparseUNet(preset='test_tiny', out_channels=5, bn_momentum=0.02)
    model(random_voxels()).square().mean().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in model.parameters())
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            inside = name.endswith(('norm1', 'norm2'))
            assert module.momentum == (0.1 if inside else 0.02), name


def test_presets_and_their_overrides() -> None:
    model = MODELS.build(dict(type='SparseUNet', preset='tiny', planes=(8,) * 8, stem_width=4))
    assert model.embed_dims == 8 and model.encoders[0].blocks[0].conv1.weight.shape == (27, 4, 8)
    with pytest.raises(ValueError, match='minkunet34c'):
        SparseUNet(preset='huge')
    with pytest.raises(ValueError, match='8 numbers'):
        SparseUNet(preset='test_tiny', depths=(1, 1))


def test_wrong_inputs_are_refused() -> None:
    voxels = random_voxels()
    points = PointBatch(torch.zeros(1, 3), torch.zeros(1, 5), torch.zeros(1).long(), None, 1)
    with pytest.raises(ValueError, match='voxelizer'):
        SparseUNet(preset='test_tiny')(points)
    with pytest.raises(ValueError, match='voxelizer.features'):
        SparseUNet(preset='test_tiny', in_channels=4)(voxels)


def test_weights_belong_to_a_grid(tmp_path: Path) -> None:
    path, model = tmp_path / 'weights.pth', SparseUNet(preset='test_tiny').eval()
    voxels = random_voxels()
    state = {f'backbone_3d.{name}': value for name, value in model.state_dict().items()}
    for size, fits in ((0.25, True), (0.1, False)):
        meta = dict(voxel_grid=Voxelizer(size).grid.to_dict())
        torch.save(dict(state_dict=state, meta=meta), path)
        other = SparseUNet(preset='test_tiny', init_cfg=dict(
            type='Pretrained', checkpoint=str(path), prefix='backbone_3d.')).eval()
        other.init_weights()
        if fits:
            assert torch.equal(other(voxels), model(voxels))
        else:
            with pytest.raises(ValueError, match=r'weights.pth.*voxel_size=\[0.1, .*0.25'):
                other(voxels)
