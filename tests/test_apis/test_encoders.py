"""Encoders of a config with the weights of a checkpoint."""
from __future__ import annotations

import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.apis.encoders import encode_images, load_encoders
from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import tiny_distiller_cfg


def _state(path) -> dict:
    """Weights of a checkpoint."""
    return torch.load(path, weights_only=True)['state_dict']


def test_all_four_parts_are_loaded_and_stage_1_is_not_asked_for(tiny_cfg, tiny_checkpoint):
    model = load_encoders(tiny_cfg, tiny_checkpoint)
    own = model.state_dict()
    parts = ('backbone_2d', 'backbone_3d', 'projector_3d')
    expected = {name: value for name, value in _state(tiny_checkpoint).items()
                if name.startswith(parts)}
    assert expected and all(torch.equal(own[name], value) for name, value in expected.items())
    assert not model.training and not any(p.requires_grad for p in model.parameters())
    assert tiny_cfg.model.stage1_checkpoint == 'not there.pth'


def test_a_probe_takes_its_encoder_from_a_distillers_file(tiny_checkpoint):
    model = dict(
        type='PixelSegmentor', num_classes=3, backbone_2d=dict(
            type='ViT', arch='test_tiny', checkpoint='replaced.pth',
            init_cfg=dict(type='Pretrained', checkpoint='replaced.pth')))
    loaded = load_encoders(Config(dict(model=model)), tiny_checkpoint).backbone_2d.state_dict()
    expected = _state(tiny_checkpoint)
    assert all(torch.equal(value, expected[f'backbone_2d.{name}'])
               for name, value in loaded.items())


def test_without_a_checkpoint_the_config_decides(tmp_path, tiny_checkpoint):
    init = dict(type='Pretrained', prefix='backbone_2d.', checkpoint=str(tiny_checkpoint))
    model = dict(type='PixelSegmentor', num_classes=3, backbone_2d=dict(
        type='ViT', arch='test_tiny', init_cfg=init))
    loaded = load_encoders(Config(dict(model=model))).backbone_2d.state_dict()
    assert torch.equal(
        loaded['model.cls_token'], _state(tiny_checkpoint)['backbone_2d.model.cls_token'])


def test_a_file_of_another_model_is_refused(tmp_path, tiny_cfg, tiny_checkpoint):
    state = _state(tiny_checkpoint)
    path = tmp_path / 'half.pth'
    torch.save({name: value for name, value in state.items() if '_2d' in name}, path)
    with pytest.raises(ValueError, match=r'no weights of backbone_3d, only .*backbone_2d'):
        load_encoders(tiny_cfg, path)
    torch.save({name: value for name, value in state.items() if 'cls_token' not in name}, path)
    with pytest.raises(ValueError, match='missing keys.*cls_token'):
        load_encoders(tiny_cfg, path)
    with pytest.raises(ValueError, match='neither backbone_2d nor backbone_3d'):
        load_encoders(Config(dict(model=dict(type='LinearProjector', in_channels=2,
                                             out_channels=2))), path)


def test_global_vectors_are_cls_tokens_or_means():
    vit = MODELS.build(tiny_distiller_cfg()['backbone_2d']).eval()
    imgs = torch.randn(2, 3, 32, 64)
    maps, vectors = encode_images(vit, imgs)
    torch.testing.assert_close(vectors, vit.forward_tokens(imgs)[1])
    assert not torch.allclose(vectors, maps.mean(dim=(2, 3)))
    pooled = torch.nn.AvgPool2d(8)
    maps, vectors = encode_images(lambda x: (pooled(x),), imgs)
    torch.testing.assert_close(vectors, imgs.mean(dim=(2, 3)))
