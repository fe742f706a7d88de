"""ResNet against torchvision's."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from mmcrossdistill.models.backbones import ResNet
from mmcrossdistill.utils.optional import require


def make_oracle(output_stride: int) -> nn.Module:
    """torchvision's ResNet-50 with running statistics that are not the default."""
    models = require('torchvision.models', extra='vit')
    dilated = [output_stride < stride for stride in (8, 16, 32)]
    oracle = models.resnet50(replace_stride_with_dilation=dilated).eval()
    for name, buffer in oracle.named_buffers():
        if name.endswith('running_mean'):
            buffer.normal_(0, 0.1)
    return oracle


def stages(oracle: nn.Module, imgs: Tensor) -> Tensor:
    """torchvision's last feature map."""
    maps = oracle.maxpool(oracle.relu(oracle.bn1(oracle.conv1(imgs))))
    return oracle.layer4(oracle.layer3(oracle.layer2(oracle.layer1(maps))))


@pytest.mark.parametrize('output_stride', [4, 8, 16, 32])
@torch.no_grad()
def test_equals_torchvision_at_every_stride(output_stride: int, tmp_path: Path) -> None:
    oracle = make_oracle(output_stride)
    torch.save(oracle.state_dict(), tmp_path / 'torchvision.pth')
    model = ResNet(checkpoint=str(tmp_path / 'torchvision.pth'), output_stride=output_stride).eval()
    model.init_weights()
    imgs = torch.randn(1, 3, 32, 32)
    (maps,) = model(imgs)
    assert maps.shape == (1, model.embed_dims, 32 // output_stride, 32 // output_stride)
    torch.testing.assert_close(maps, stages(oracle, imgs))


@torch.no_grad()
def test_mocov2_checkpoint(tmp_path: Path) -> None:
    oracle = make_oracle(32)
    state = {}
    for name, value in oracle.state_dict().items():
        if not name.startswith('fc.'):
            state[f'module.encoder_q.{name}'] = value
            state[f'module.encoder_k.{name}'] = torch.zeros_like(value)
    state['module.encoder_q.fc.0.weight'] = state['module.queue'] = torch.zeros(4, 4)
    torch.save({'state_dict': state, 'arch': 'resnet50'}, tmp_path / 'moco.pth')
    model = ResNet(checkpoint=str(tmp_path / 'moco.pth')).eval()
    imgs = torch.randn(1, 3, 32, 32)
    torch.testing.assert_close(model(imgs)[0], stages(oracle, imgs))


@pytest.mark.parametrize('wrap', [
    lambda state: {'teacher': {f'backbone.{name}': value for name, value in state.items()} | {
        'head.mlp.0.weight': torch.zeros(2)}},  # DINO's full checkpoints
    lambda state: {'state_dict': {f'backbone.{name}': value for name, value in state.items()} | {
        'head.fc.weight': torch.zeros(2)}, 'meta': {}},  # mmpretrain
    # A camera detector of mmdet3d.
    lambda state: {'state_dict': {
        f'img_backbone.{name}': value for name, value in state.items()} | {
        'img_bev_encoder_backbone.layers.0.0.conv1.weight': torch.zeros(2)}},
])
@torch.no_grad()
def test_encoder_beside_other_networks(wrap, tmp_path: Path) -> None:
    oracle = make_oracle(32)
    state = {name: value for name, value in oracle.state_dict().items() if 'fc.' not in name}
    torch.save(wrap(state), tmp_path / 'r50.pth')
    model = ResNet(checkpoint=str(tmp_path / 'r50.pth')).eval()
    imgs = torch.randn(1, 3, 32, 32)
    torch.testing.assert_close(model(imgs)[0], stages(oracle, imgs))


@torch.no_grad()
def test_equals_hugging_face(tmp_path: Path) -> None:
    require('torchvision', extra='vit')
    transformers = pytest.importorskip('transformers')
    oracle = transformers.ResNetForImageClassification(transformers.ResNetConfig()).eval()
    for name, buffer in oracle.named_buffers():
        if name.endswith('running_mean'):
            buffer.normal_(0, 0.1)
    oracle.save_pretrained(tmp_path)
    model = ResNet(checkpoint=str(tmp_path / 'model.safetensors')).eval()
    imgs = torch.randn(1, 3, 32, 64)
    expected = oracle.resnet(imgs).last_hidden_state
    assert (model(imgs)[0] - expected).abs().max() <= 1e-5 * expected.abs().max()


def test_frozen_and_norm_eval() -> None:
    frozen = ResNet(frozen=True).train()
    assert not any(module.training for module in frozen.modules())
    assert not any(parameter.requires_grad for parameter in frozen.parameters())
    model = ResNet(norm_eval=True, out_indices=(0,)).train()
    assert model.training and not model.model.bn1.training
    (maps,) = model(torch.randn(1, 3, 32, 32))
    assert maps.shape == (1, 256, 8, 8) and model.embed_dims == 256
    maps.sum().backward()
    assert all(
        (parameter.grad is not None) == parameter.requires_grad
        for parameter in model.parameters())


def test_checkpoint_of_another_depth_is_refused(tmp_path: Path) -> None:
    torch.save(make_oracle(32).state_dict(), tmp_path / 'r50.pth')
    with pytest.raises(ValueError, match=r'missing keys .*layer3\.6'):
        ResNet(101, checkpoint=str(tmp_path / 'r50.pth'))


@pytest.mark.parametrize('options', [dict(depth=18), dict(output_stride=2)])
def test_wrong_settings_are_refused(options: dict) -> None:
    with pytest.raises(ValueError, match='must be'):
        ResNet(**options)
