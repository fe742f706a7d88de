"""The ViT wrapper: sizes, freezing, several outputs, checkpoints, errors."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from mmcrossdistill.models.backbones import ViT
from mmcrossdistill.utils.optional import require

THIN = dict(depth=2, embed_dim=64, num_heads=1)


@pytest.fixture
def imgs() -> Tensor:
    """Two images at the native size of ``test_tiny``."""
    return torch.randn(2, 3, 32, 64)


@torch.no_grad()
def test_equals_timm_at_the_native_size(imgs: Tensor) -> None:
    model = ViT('test_tiny', feature='norm').eval()
    tokens = model.model.forward_features(imgs)
    maps, cls = model.forward_tokens(imgs)
    torch.testing.assert_close(maps, tokens[:, 1:].transpose(1, 2).unflatten(2, (4, 8)))
    torch.testing.assert_close(cls, tokens[:, 0])


# Plain, with a norm before the blocks (CLIP), with registers but no CLS (test_vit2).
@pytest.mark.parametrize(
    'arch', ['vit_tiny_patch16_224', 'vit_base_patch16_clip_224', 'test_vit2'])
@torch.no_grad()
def test_any_timm_vit_equals_timm(arch: str) -> None:
    model = ViT(arch, feature='norm', arch_overrides=dict(depth=2, fc_norm=False)).eval()
    imgs = torch.randn(1, 3, *model.model.patch_embed.img_size)
    patches = model.model.forward_features(imgs)[:, 1:]
    torch.testing.assert_close(
        model(imgs)[0].flatten(2).transpose(1, 2), patches)


@torch.no_grad()
def test_rotary_positions_equal_timm_at_any_size() -> None:
    model = ViT('vit_huge_plus_patch16_dinov3_qkvb', feature='norm', arch_overrides=THIN).eval()
    for size in ((224, 448), (64, 32)):
        imgs = torch.randn(1, 3, *size)
        tokens = model.model.forward_features(imgs)
        maps, cls = model.forward_tokens(imgs)
        torch.testing.assert_close(maps.flatten(2).transpose(1, 2), tokens[:, 5:])
        torch.testing.assert_close(cls, tokens[:, 0])


@pytest.mark.parametrize(('arch', 'millions'), [
    ('vit_small_patch14_dinov2', 22.1), ('vit_base_patch14_dinov2', 86.6),
    ('vit_large_patch14_dinov2', 304.4), ('vit_giant_patch14_dinov2', 1136.5),
    ('vit_giant_patch14_reg4_dinov2', 1136.5), ('vit_base_patch8_224', 85.8),
    ('vit_large_patch16_224', 303.3), ('vit_huge_plus_patch16_dinov3_qkvb', 840.6)])
def test_published_sizes(arch: str, millions: float) -> None:
    with torch.device('meta'):
        model = ViT(arch)
    assert round(sum(parameter.numel() for parameter in model.parameters()) / 1e6, 1) == millions


def test_other_sizes_train_the_position_embedding() -> None:
    model = ViT('test_tiny')
    maps = model(torch.randn(1, 3, 48, 40))[0]
    assert maps.shape == (1, 32, 6, 5)
    maps.square().mean().backward()
    assert model.model.pos_embed.grad.abs().sum() > 0


@pytest.mark.parametrize(('arch', 'overrides'), [
    ('test_tiny', {}), ('vit_base_patch16_clip_quickgelu_224', THIN),
    ('vit_small_patch14_reg4_dinov2', THIN), ('vit_huge_plus_patch16_dinov3_qkvb', THIN)])
def test_prenorm_freezes_the_final_norm_and_uses_all_other_parameters(
    arch: str, overrides: dict
) -> None:
    model = ViT(arch, feature='prenorm', arch_overrides=overrides)
    imgs = torch.randn(1, 3, 4 * model.patch_size[0], 2 * model.patch_size[1])
    model(imgs)[0].square().mean().backward()
    unused = {name for name, parameter in model.named_parameters() if parameter.grad is None}
    assert unused == {'model.norm.weight', 'model.norm.bias'}
    assert unused == {
        name for name, parameter in model.named_parameters() if not parameter.requires_grad}
    assert all(parameter.requires_grad for parameter in ViT(
        arch, feature='norm', arch_overrides=overrides).parameters())


def test_prenorm_then_norm_is_norm(imgs: Tensor) -> None:
    before, after = ViT('test_tiny'), ViT('test_tiny', feature='norm')
    after.load_state_dict(before.state_dict())
    maps = before(imgs)[0]
    normed = before.model.norm(maps.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    torch.testing.assert_close(normed, after(imgs)[0])


def test_several_layers_come_in_the_order_asked_for(imgs: Tensor) -> None:
    model = ViT('test_tiny', out_indices=(-1, 0))
    last, first = model(imgs)
    assert last.equal(ViT.forward(model, imgs)[0]) and not last.equal(first)
    short = ViT('test_tiny', out_indices=(0,))
    short.load_state_dict(model.state_dict())
    assert short(imgs)[0].equal(first)
    assert not any(parameter.requires_grad for parameter in short.model.blocks[1].parameters())


def test_frozen_stays_frozen_through_train(imgs: Tensor) -> None:
    model = ViT('test_tiny', frozen=True, drop_path_rate=0.5).train()
    assert not any(module.training for module in model.modules())
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert not model(imgs.requires_grad_())[0].requires_grad
    assert model(imgs)[0].equal(model(imgs)[0])


@pytest.mark.parametrize('options', [
    dict(arch='test_tiny'),
    dict(arch='vit_small_patch16_dinov3_qkvb', arch_overrides=THIN)])
def test_gradient_checkpointing_changes_no_gradient(options: dict, imgs: Tensor) -> None:
    plain, saving = ViT(**options), ViT(**options, gradient_checkpointing=True)
    saving.load_state_dict(plain.state_dict())
    for model in (plain, saving):
        model(imgs)[0].square().sum().backward()
    for ours, theirs in zip(saving.parameters(), plain.parameters(), strict=True):
        assert (ours.grad is None) == (theirs.grad is None)
        if ours.grad is not None:
            torch.testing.assert_close(ours.grad, theirs.grad)


def test_init_weights_keeps_a_loaded_checkpoint(tmp_path: Path, imgs: Tensor) -> None:
    source = ViT('test_tiny')
    torch.save({'state_dict': source.model.state_dict() | {'head.weight': torch.zeros(5, 32)}},
               tmp_path / 'timm.pth')
    loaded = ViT('test_tiny', checkpoint=str(tmp_path / 'timm.pth'))
    loaded.init_weights()
    assert loaded(imgs)[0].equal(source(imgs)[0])


def test_pretrained_init_cfg_reads_our_own_checkpoints(tmp_path: Path, imgs: Tensor) -> None:
    source = ViT('test_tiny')
    state = {f'backbone_2d.{name}': value for name, value in source.state_dict().items()}
    torch.save({'state_dict': state}, tmp_path / 'stage2.pth')
    loaded = ViT('test_tiny', init_cfg=dict(
        type='Pretrained', checkpoint=str(tmp_path / 'stage2.pth'), prefix='backbone_2d.'))
    loaded.init_weights()
    assert loaded(imgs)[0].equal(source(imgs)[0])
    found = ViT('test_tiny', checkpoint=str(tmp_path / 'stage2.pth'))
    assert found(imgs)[0].equal(source(imgs)[0])


def test_checkpoint_that_does_not_fit_lists_its_keys(tmp_path: Path) -> None:
    state = ViT('test_tiny').model.state_dict()
    state['blocks.7.ls1.gamma'] = torch.ones(32)
    state['pos_embed'] = state['pos_embed'][:, :9]
    del state['norm.bias']
    torch.save(state, tmp_path / 'other.pth')
    with pytest.raises(ValueError) as error:
        ViT('test_tiny', checkpoint=str(tmp_path / 'other.pth'))
    for part in ('other.pth', "missing keys ['norm.bias']", "['blocks.7.ls1.gamma']",
                 'pos_embed (1, 9, 32) instead of (1, 33, 32)'):
        assert part in str(error.value)


@pytest.mark.parametrize(('options', 'message'), [
    (dict(arch='vit_small_patch99'), 'unknown ViT arch'),
    (dict(arch='resnet18'), 'not a plain ViT'),
    (dict(arch='vit_small_patch16_rope_mixed_224'), 'is a Eva, not a plain ViT'),
    (dict(feature='last'), 'feature must be'),
    (dict(pos_embed_resize='bilinear'), 'pos_embed_resize must be'),
    (dict(out_indices=(2,)), 'out_indices'),
])
def test_wrong_settings_are_refused(options: dict, message: str) -> None:
    if options.get('arch') == 'resnet18':
        assert require('timm', extra='vit').is_model('resnet18')
    with pytest.raises(ValueError, match=message):
        ViT(**({'arch': 'test_tiny'} | options))


def test_size_that_is_no_multiple_of_the_patch_is_refused() -> None:
    with pytest.raises(ValueError, match=r'\(30, 64\) is no multiple .* e.g. to \(32, 64\)'):
        ViT('test_tiny')(torch.randn(1, 3, 30, 64))


def test_cls_of_a_model_without_one_is_refused() -> None:
    with pytest.raises(ValueError, match='no CLS token'):
        ViT('test_vit2').forward_tokens(torch.randn(1, 3, 32, 32))


@pytest.mark.parametrize('size,left,top', [((30, 60), 2, 1), ((27, 61), 1, 2)])
def test_padding_to_patches_adds_zeros_on_both_sides(size, left, top):
    encoder = ViT('test_tiny', pad_to_patch=True)
    imgs = torch.randn(1, 3, *size)
    padded = torch.zeros(1, 3, 32, 64)
    padded[..., top:top + size[0], left:left + size[1]] = imgs
    torch.testing.assert_close(encoder(imgs)[-1], encoder(padded)[-1])
    torch.testing.assert_close(encoder.forward_tokens(imgs)[1], encoder.forward_tokens(padded)[1])
    with pytest.raises(ValueError, match='no multiple of the patch size'):
        ViT('test_tiny')(imgs)
