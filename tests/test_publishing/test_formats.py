"""Published encoders, loaded in their own libraries by the code of their cards."""
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from mmcrossdistill.models.backbones import ViT
from mmcrossdistill.publishing.export import CannotExpressError
from mmcrossdistill.publishing.publish import publish
from mmcrossdistill.utils.optional import require

from .conftest import META, SIZE, assert_close, run_usage

SMALL = dict(embed_dim=48, depth=2, num_heads=2)
VITS = {
    'dinov2': dict(arch='vit_small_patch14_dinov2', arch_overrides=SMALL),
    'registers': dict(arch='vit_small_patch14_reg4_dinov2', arch_overrides=SMALL,
                      pos_embed_resize='antialias'),
    'swiglu': dict(arch='vit_giant_patch14_dinov2', arch_overrides=SMALL),
    'preset': dict(arch='test_tiny'),
    'plain minidrive': dict(
        arch='minidrive_tiny', arch_overrides=dict(conv_stem=False, depth=2, embed_dim=32)),
    'dino': dict(arch='vit_base_patch8_224.dino', arch_overrides=SMALL),
    'clip': dict(arch='vit_base_patch16_clip_quickgelu_224', arch_overrides=SMALL,
                 pos_embed_resize='plain'),
    'dinov3': dict(arch='vit_huge_plus_patch16_dinov3_qkvb', arch_overrides=SMALL),
}
# What the others cannot express.
REFUSED = {
    'registers': dict(mmpretrain='register tokens'),
    'clip': dict(hf_dinov2='a norm before the blocks, the activation QuickGELU'),
    'dinov3': dict(hf_dinov2='rotary positions', mmpretrain='rotary positions')}


@pytest.mark.parametrize('feature', ['prenorm', 'norm'])
@pytest.mark.parametrize('case', VITS)
@pytest.mark.parametrize('library', ['timm', 'hf_dinov2', 'mmpretrain'])
def test_a_vit_gives_the_same_features(
        library: str, case: str, feature: str, make_run: Callable, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    if library == 'mmpretrain':
        require('mmpretrain.models', extra='seg')
    elif library == 'hf_dinov2':
        pytest.importorskip('transformers')
    size = SIZE if '14' in VITS[case]['arch'] else (64, 96)
    cfg, checkpoint, encoder = make_run(
        size=size, backbone_2d=dict(type='ViT', feature=feature, **VITS[case]))
    if library in REFUSED.get(case, {}):
        with pytest.raises(CannotExpressError, match=f'cannot express {REFUSED[case][library]}$'):
            publish(cfg, 'cfg.py', checkpoint, tmp_path / 'out', [library], say=str)
        return
    folder, = publish(cfg, 'cfg.py', checkpoint, tmp_path / 'out', [library], say=str)
    names = run_usage(folder, monkeypatch)
    with torch.no_grad():
        maps, cls_token = encoder.forward_tokens(names['images'])
        expected = maps.flatten(2).transpose(1, 2) if library == 'hf_dinov2' else maps
        assert_close(names['features'], expected)
        if library == 'hf_dinov2':
            assert_close(names['tokens'][:, 0], cls_token)
    if library == 'hf_dinov2' and 'dinov2' in VITS[case]['arch']:
        # Our own reader takes it back.
        again = ViT(**VITS[case], checkpoint=str(folder / 'model.safetensors')).eval()
        for name, value in again.model.state_dict().items():
            if not name.endswith(('_token', 'pos_embed')):
                assert torch.equal(value, encoder.model.state_dict()[name]), name


def test_rounded_rotary_periods_are_told(make_run: Callable, tmp_path: Path) -> None:
    cfg, checkpoint, encoder = make_run(
        size=(64, 96), backbone_2d=dict(type='ViT', **VITS['dinov3']))
    publish(cfg, 'cfg.py', checkpoint, tmp_path / 'exact', ['timm'], say=str)
    file = torch.load(checkpoint, weights_only=True)
    periods = file['state_dict']['backbone_2d.model.rope.periods']
    periods.copy_(periods.bfloat16())
    torch.save(file, checkpoint)
    publish(cfg, 'cfg.py', checkpoint, tmp_path / 'rounded', ['timm'], say=str)
    exact, rounded = (
        (tmp_path / name / 'timm' / 'README.md').read_text() for name in ('exact', 'rounded'))
    assert 'periods' not in exact and 'differ by up to 0.' in rounded


@pytest.mark.parametrize('stride', [32, 8])
def test_a_resnet_in_timm_and_mmpretrain(
        stride: int, make_run: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cfg, checkpoint, encoder = make_run(
        size=(32, 64), backbone_2d=dict(type='ResNet', output_stride=stride))
    lines: list[str] = []
    folders = publish(cfg, 'cfg.py', checkpoint, tmp_path / 'out', say=lines.append)
    assert [folder.name for folder in folders] == (
        ['timm', 'mmpretrain'] if stride == 32 else ['timm'])
    assert any('Dinov2 is a vision transformer' in line for line in lines)
    for folder in folders:
        names = run_usage(folder, monkeypatch)
        with torch.no_grad():
            assert_close(names['features'], encoder(names['images'])[0])


def test_the_published_position_embedding_is_the_stored_one_where_nothing_differs(
        make_run: Callable, tmp_path: Path) -> None:
    from safetensors.torch import load_file
    cfg, checkpoint, encoder = make_run(size=None, backbone_2d=dict(
        type='ViT', arch='vit_small_patch14_dinov2', arch_overrides=SMALL))
    publish(cfg, 'cfg.py', checkpoint, tmp_path / 'native', ['hf_dinov2'], say=str)
    publish(cfg, 'cfg.py', checkpoint, tmp_path / 'wide', ['hf_dinov2'], (56, 112), say=str)
    native, wide = (
        load_file(tmp_path / name / 'hf_dinov2' / 'model.safetensors')[
            'embeddings.position_embeddings'][:, 1:] for name in ('native', 'wide'))
    stored = encoder.model.pos_embed[:, 1:]
    assert torch.equal(native, stored)
    # Elsewhere it is the nearest one: 1369 positions, of which 32 values are prescribed.
    gap = (wide - stored).norm() / stored.norm()
    assert 1e-4 < gap < 0.2


def test_a_3d_encoder_in_mmdet3d(
        make_run: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip('mmdet3d')
    cfg, checkpoint, encoder = make_run(
        backbone_3d=dict(type='WaffleIron', arch='test_tiny', drop_path=0.1))
    publish(cfg, 'cfg.py', checkpoint, tmp_path / 'out', say=str)
    backbone = run_usage(tmp_path / 'out' / 'mmdet3d', monkeypatch)['backbone']
    assert type(backbone) is type(encoder) and backbone is not encoder
    for name, value in encoder.state_dict().items():
        assert torch.equal(backbone.state_dict()[name], value)
    plain = torch.load(tmp_path / 'out' / 'mmdet3d' / 'encoder.pth', weights_only=True)
    assert plain['meta']['iter'] == META['iter']


def test_images_are_normalised_as_in_training(make_run: Callable, tmp_path: Path) -> None:
    transformers = pytest.importorskip('transformers')
    cfg, checkpoint, _ = make_run(backbone_2d=dict(type='ViT', arch='test_tiny'))
    cfg.model.data_preprocessor = dict(mean=[100.0, 110.0, 120.0], std=[50.0, 60.0, 70.0])
    publish(cfg, 'cfg.py', checkpoint, tmp_path / 'out', ['timm', 'hf_dinov2'], say=str)
    image = np.random.randint(0, 256, (56, 112, 3), dtype=np.uint8)
    processor = transformers.AutoImageProcessor.from_pretrained(tmp_path / 'out' / 'hf_dinov2')
    found = processor(image, return_tensors='np')['pixel_values'][0].transpose(1, 2, 0)
    np.testing.assert_allclose(
        found, (image - np.array([100.0, 110, 120])) / [50, 60, 70], atol=1e-5)
    timm_cfg = json.loads((tmp_path / 'out' / 'timm' / 'config.json').read_text())
    np.testing.assert_allclose(timm_cfg['pretrained_cfg']['std'], np.array([50, 60, 70]) / 255)
