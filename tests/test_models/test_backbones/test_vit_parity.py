"""Checkpoints in the published layouts against Hugging Face's and timm's models, at 224 x 448."""
from __future__ import annotations

import argparse
import math
import re
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.backbones import ViT
from mmcrossdistill.utils.optional import require

require('torchvision', extra='vit')  # transformers imports it
transformers = pytest.importorskip('transformers')

SMALL = dict(hidden_size=384, num_hidden_layers=2, num_attention_heads=6)
TINY = dict(hidden_size=128, num_hidden_layers=2, num_attention_heads=2)
THIN = dict(depth=2, embed_dim=128, num_heads=2)
# The giant's hidden width, two thirds of four times the width, is rounded otherwise at 128.
GIANT = dict(hidden_size=192, num_hidden_layers=2, num_attention_heads=3, use_swiglu_ffn=True)
THIN_GIANT = dict(depth=2, embed_dim=192, num_heads=3)
DINOV2 = dict(image_size=518, patch_size=14)
DINOV3 = dict(patch_size=16, num_register_tokens=4)
# Model class of transformers and its settings, then ours: arch, overrides, resize mode.
CASES = {
    'DINOv2 small': (
        'Dinov2Model', SMALL | DINOV2, 'vit_small_patch14_dinov2', dict(depth=2), 'plain'),
    'DINOv2 small with registers': (
        'Dinov2WithRegistersModel', SMALL | DINOV2, 'vit_small_patch14_reg4_dinov2',
        dict(depth=2), 'antialias'),
    'DINOv2 giant': (
        'Dinov2Model', GIANT | DINOV2, 'vit_giant_patch14_dinov2', THIN_GIANT, 'plain'),
    'DINOv2 giant with registers': (
        'Dinov2WithRegistersModel', GIANT | DINOV2, 'vit_giant_patch14_reg4_dinov2', THIN_GIANT,
        'antialias'),
    'DINOv3 small': (
        'DINOv3ViTModel', SMALL | DINOV3 | dict(intermediate_size=1536),
        'vit_small_patch16_dinov3_qkvb', dict(depth=2), 'plain'),
    'DINOv3 huge plus': (
        'DINOv3ViTModel', TINY | DINOV3 | dict(
            intermediate_size=512, use_gated_mlp=True, hidden_act='silu'),
        'vit_huge_plus_patch16_dinov3_qkvb', THIN, 'plain'),
    'CLIP': (
        'CLIPVisionModel', TINY | dict(image_size=224, patch_size=16, intermediate_size=512),
        'vit_base_patch16_clip_quickgelu_224', THIN, 'plain'),
    'DINO': (
        'ViTModel', TINY | dict(
            image_size=224, patch_size=8, intermediate_size=512, layer_norm_eps=1e-6),
        'vit_base_patch8_224', THIN, 'plain'),
}
# Hugging Face's name -> the published one, where they differ. Query, key and value are joined.
BLOCK = [
    (r'^(?:encoder\.layer|model\.layer|layers)\.', 'blocks.'),
    (r'\.attention\.o_proj', '.attn.proj'),
    (r'\.layernorm_before', '.norm1'), (r'\.layernorm_after', '.norm2'),
    (r'\.layer_scale(\d)\.lambda1', r'.ls\1.gamma')]
EMBEDDINGS = [
    (r'^embeddings\.patch_embeddings(\.projection)?', 'patch_embed.proj'),
    (r'^embeddings\.position_embeddings', 'pos_embed'), (r'^layernorm', 'norm'),
    (r'^embeddings\.', '')]
NAMES = {
    'Dinov2': [*BLOCK, *EMBEDDINGS, (r'\.mlp\.down_proj', '.mlp.w3')],
    'DINOv3': [
        *BLOCK, (r'register_tokens', 'storage_tokens'), *EMBEDDINGS,
        (r'mlp\.gate_proj', 'mlp.w1'), (r'mlp\.up_proj', 'mlp.w2'), (r'mlp\.down_proj', 'mlp.w3')],
    'CLIP': [
        (r'embeddings\.class_embedding', 'class_embedding'),
        (r'embeddings\.patch_embedding', 'conv1'),
        (r'embeddings\.position_embedding\.weight', 'positional_embedding'),
        (r'pre_layrnorm', 'ln_pre'), (r'post_layernorm', 'ln_post'),
        (r'encoder\.layers', 'transformer.resblocks'), (r'layer_norm', 'ln_'),
        (r'self_attn\.out_proj', 'attn.out_proj'),
        (r'mlp\.fc1', 'mlp.c_fc'), (r'mlp\.fc2', 'mlp.c_proj')],
    'ViT': [*BLOCK, *EMBEDDINGS],
}


def make_oracle(case: str) -> nn.Module:
    """A model of transformers of which every parameter is random and matters."""
    kind, options, *_ = CASES[case]
    config = getattr(transformers, kind.replace('Model', 'Config'))(**options)
    model = getattr(transformers, kind)(config).eval()
    for name, parameter in model.named_parameters():
        scale = re.search(r'(norm|ln_|layrnorm)\S*weight', name)
        nn.init.normal_(parameter, 1.0 if scale else 0.0, 0.05)
        if 'lambda' in name:
            nn.init.uniform_(parameter, 0.3, 0.8)
        elif re.search(r'position|token|class_embedding', name):
            nn.init.normal_(parameter, 0.0, 0.5)
    return model


def to_published(case: str, oracle: nn.Module) -> dict[str, Tensor]:
    """The weights of an oracle in the layout of the files that its authors publish."""
    family = next(name for name in NAMES if CASES[case][0].startswith(name))
    renames, theirs = list(NAMES[family]), oracle.state_dict()
    if 'DINOv3 small' in case:
        renames = [(a, {'mlp.w2': 'mlp.fc1', 'mlp.w3': 'mlp.fc2'}.get(b, b)) for a, b in renames]
    published = {}
    for name, value in theirs.items():
        if name.startswith('pooler.'):  # Hugging Face's addition
            continue
        if (found := re.search(r'\.(?:self_attn|attention)\.([qkv])_proj\.', name)):
            if found[1] == 'q':
                parts = [theirs.get(re.sub(r'\.q_proj', f'.{other}_proj', name)) for other in 'qkv']
                # DINOv3 has no key bias: whatever the file holds there is masked.
                parts = [torch.randn_like(value) if part is None else part for part in parts]
                name = re.sub(r'\.attention\.q_proj', '.attn.qkv', name)
                name = re.sub(r'\.self_attn\.q_proj\.', '.attn.in_proj_', name)
                value = torch.cat(parts)
            else:
                continue
        elif family == 'Dinov2' and (found := re.search(r'\.(gate|up)_proj\.(\w+)', name)):
            if found[1] == 'up':
                continue
            value = torch.cat([value, theirs[name.replace('gate_proj', 'up_proj')]])
            name = re.sub(r'\.gate_proj', '.w12', name)
        for pattern, replacement in renames:
            name = re.sub(pattern, replacement, name)
        published[name] = value
    if family == 'DINOv3':
        published['rope_embed.periods'] = 1 / oracle.rope_embeddings.inv_freq
        for name in [name for name in published if name.endswith('qkv.bias')]:
            masked = torch.ones(3, len(published[name]) // 3)
            masked[1] = 0
            published[f'{name}_mask'] = masked.flatten()
    return published


def expected_tokens(oracle: nn.Module, imgs: Tensor) -> dict[str, Tensor]:
    """An oracle's tokens before and after its final norm."""
    options = {}
    if type(oracle).__name__ in ('CLIPVisionModel', 'ViTModel'):
        options['interpolate_pos_encoding'] = True
    out = oracle(imgs, output_hidden_states=True, **options)
    prenorm = out.hidden_states[-1]
    norm = next(getattr(oracle, name) for name in ('layernorm', 'norm', 'post_layernorm')
                if hasattr(oracle, name))(prenorm)
    if type(oracle).__name__ != 'CLIPVisionModel':  # normalises CLS only
        assert norm.equal(out.last_hidden_state)
    return dict(prenorm=prenorm, norm=norm)


def check(path: Path, arch: str, overrides: dict, resize: str, imgs: Tensor,
          expected: dict[str, Tensor]) -> None:
    """Our features from a file must be the expected ones, patches and CLS."""
    for feature, tokens in expected.items():
        model = ViT(arch, str(path), feature, resize, arch_overrides=overrides).eval()
        maps, cls = model.forward_tokens(imgs)
        patches = tokens[:, model.model.num_prefix_tokens:].transpose(1, 2)
        assert (maps.flatten(2) - patches).abs().max() <= 1e-5 * patches.abs().max()
        assert (cls - tokens[:, 0]).abs().max() <= 1e-5 * tokens[:, 0].abs().max()
        assert maps.shape[-2:] == (224 // model.patch_size[0], 448 // model.patch_size[1])


@pytest.mark.parametrize('layout', ['published', 'Hugging Face'])
@pytest.mark.parametrize('case', CASES)
@torch.no_grad()
def test_equals_hugging_face(case: str, layout: str, tmp_path: Path) -> None:
    oracle, imgs = make_oracle(case), torch.randn(1, 3, 224, 448)
    if layout == 'published':
        path = tmp_path / 'published.pth'
        published = to_published(case, oracle)
        if case == 'CLIP':
            published = {f'visual.{name}': value for name, value in published.items()} | {
                'visual.proj': torch.zeros(128, 64),
                'transformer.resblocks.0.ln_1.weight': torch.zeros(8)}
        torch.save(published, path)
    else:
        oracle.save_pretrained(tmp_path)
        path = tmp_path / 'model.safetensors'
    check(path, *CASES[case][2:], imgs, expected_tokens(oracle, imgs))


@pytest.mark.parametrize('case', ['DINOv2 small', 'DINOv2 small with registers', 'DINOv3 small'])
@torch.no_grad()
def test_masked_patches_equal_hugging_face(case: str, tmp_path: Path) -> None:
    oracle, imgs = make_oracle(case), torch.randn(2, 3, 224, 448)
    torch.save(to_published(case, oracle), tmp_path / 'published.pth')
    arch, overrides, resize = CASES[case][2:]
    model = ViT(arch, str(tmp_path / 'published.pth'), 'norm', resize, arch_overrides=overrides)
    grid = tuple(side // patch for side, patch in zip((224, 448), model.patch_size, strict=True))
    masks = torch.rand(2, grid[0] * grid[1]) < 0.4
    expected = oracle(imgs, bool_masked_pos=masks).last_hidden_state
    token = oracle.embeddings.mask_token.view(1, 1, -1)
    maps, cls = model.eval().forward_tokens(imgs, masks, token)
    patches = expected[:, model.model.num_prefix_tokens:].transpose(1, 2)
    assert (maps.flatten(2) - patches).abs().max() <= 1e-5 * patches.abs().max()
    assert (cls - expected[:, 0]).abs().max() <= 1e-5 * expected[:, 0].abs().max()
    assert not cls.allclose(model.forward_tokens(imgs)[1], atol=1e-3)


@torch.no_grad()
def test_depth_anything_holds_its_encoder_beside_the_head(tmp_path: Path) -> None:
    oracle, imgs = make_oracle('DINOv2 small'), torch.randn(1, 3, 224, 448)
    state = {f'pretrained.{name}': value
             for name, value in to_published('DINOv2 small', oracle).items()}
    state['depth_head.projects.0.weight'] = torch.zeros(4, 384, 1, 1)
    torch.save(state, tmp_path / 'dav2.pth')
    check(tmp_path / 'dav2.pth', *CASES['DINOv2 small'][2:], imgs, expected_tokens(oracle, imgs))


def full_checkpoint(state: dict[str, Tensor]) -> dict:
    """What DINO and iBOT save during training."""
    teacher = {f'backbone.{name}': value for name, value in state.items()}
    student = {f'module.{name}': torch.zeros_like(value) for name, value in teacher.items()}
    return dict(
        student=student | {'module.head.mlp.0.weight': torch.zeros(4)},
        teacher=teacher | {'head.mlp.0.weight': torch.zeros(4)},
        args=argparse.Namespace(arch='vit_base', patch_size=8), epoch=300)


def official_positions(stored: Tensor, grid: tuple[int, int]) -> Tensor:
    """Resize a position embedding as the code of DINO and of iBOT does."""
    side = math.isqrt(stored.shape[1] - 1)
    patches = stored[:, 1:].unflatten(1, (side, side)).permute(0, 3, 1, 2)
    patches = F.interpolate(
        patches, scale_factor=tuple((cells + 0.1) / side for cells in grid), mode='bicubic')
    return torch.cat([stored[:, :1], patches.flatten(2).transpose(1, 2)], 1)


@pytest.mark.parametrize('resize', ['dinov2', 'antialias'])
@pytest.mark.parametrize(('arch', 'wrap'), [
    ('vit_base_patch8_224', lambda state: state),
    ('vit_base_patch8_224', full_checkpoint),
    ('vit_large_patch16_224', lambda state: dict(
        state_dict=state | dict(masked_embed=torch.zeros(1, 128)))),
], ids=['DINO', 'DINO, full', 'iBOT'])
@torch.no_grad()
def test_dino_and_ibot_equal_timm(arch: str, wrap, resize: str, tmp_path: Path) -> None:
    # timm's parameter names are theirs; timm's own resize of positions is 'antialias'.
    timm = require('timm', extra='vit')
    options = dict(num_classes=0, global_pool='') | THIN
    oracle = timm.create_model(arch, dynamic_img_size=True, **options).eval()
    nn.init.normal_(oracle.pos_embed, 0.0, 0.5)
    state = oracle.state_dict()
    torch.save(wrap(state), tmp_path / 'official.pth')
    if resize == 'dinov2':
        oracle = timm.create_model(arch, img_size=(224, 448), **options).eval()
        positions = official_positions(state['pos_embed'], oracle.patch_embed.grid_size)
        oracle.load_state_dict(state | dict(pos_embed=positions))
    imgs = torch.randn(1, 3, 224, 448)
    ((patches, prefix),) = oracle.forward_intermediates(
        imgs, indices=1, return_prefix_tokens=True, output_fmt='NLC', intermediates_only=True)
    expected = dict(
        prenorm=torch.cat([prefix, patches], 1), norm=oracle.forward_features(imgs))
    check(tmp_path / 'official.pth', arch, THIN, resize, imgs, expected)


@pytest.mark.parametrize(('arch', 'overrides', 'options'), [
    ('vit_small_patch14_dinov2', THIN, dict(layer_scale_init_value=0.5)),
    ('vit_giant_patch14_dinov2', THIN_GIANT, dict(
        layer_scale_init_value=0.5, layer_cfgs=dict(ffn_type='swiglu_fused'))),
    ('vit_base_patch16_clip_quickgelu_224', THIN, dict(
        img_size=224, patch_size=16, pre_norm=True, patch_cfg=dict(bias=False),
        layer_cfgs=dict(act_cfg=dict(type='mmpretrain.QuickGELU')),
        norm_cfg=dict(type='LN', eps=1e-5))),
])
@torch.no_grad()
def test_equals_mmpretrain(arch: str, overrides: dict, options: dict, tmp_path: Path) -> None:
    backbones = require('mmpretrain.models.backbones', extra='vit')
    options = dict(img_size=518, patch_size=14) | options
    width = overrides['embed_dim']
    setting = dict(
        embed_dims=width, num_layers=2, num_heads=overrides['num_heads'],
        feedforward_channels=4 * width)
    oracle = backbones.VisionTransformer(
        setting, out_type='raw', interpolate_mode='bicubic', **options)
    oracle.eval()  # returns nothing
    for parameter in (oracle.cls_token, oracle.pos_embed):
        nn.init.normal_(parameter, 0.0, 0.5)
    state = {f'backbone.{name}': value for name, value in oracle.state_dict().items()}
    state['head.layers.head.weight'] = torch.zeros(5, width)
    torch.save(dict(state_dict=state, meta=dict(epoch=1)), tmp_path / 'mmpretrain.pth')
    imgs = torch.randn(1, 3, 224, 448)
    after = oracle(imgs)[0]
    oracle.final_norm = False
    check(tmp_path / 'mmpretrain.pth', arch, overrides, 'plain', imgs,
          dict(prenorm=oracle(imgs)[0], norm=after))


@torch.no_grad()
def test_dinov3_keeps_the_rounded_periods_of_its_files(tmp_path: Path) -> None:
    case = 'DINOv3 huge plus'
    oracle, imgs = make_oracle(case), torch.randn(1, 3, 224, 448)
    published = to_published(case, oracle)
    rounded = published['rope_embed.periods'].bfloat16()
    assert not rounded.float().equal(published['rope_embed.periods'])
    torch.save(published | {'rope_embed.periods': rounded}, tmp_path / 'published.pth')
    oracle.rope_embeddings.inv_freq.copy_(1 / rounded.float())
    expected = expected_tokens(oracle, imgs)
    check(tmp_path / 'published.pth', *CASES[case][2:], imgs, expected)
    # Our own checkpoints carry them on.
    model = ViT(CASES[case][2], str(tmp_path / 'published.pth'), arch_overrides=THIN)
    again = ViT(CASES[case][2], arch_overrides=THIN)
    again.load_state_dict(model.state_dict())
    assert again.model.rope.periods.equal(rounded.float())


def test_a_key_bias_is_not_dropped_silently(tmp_path: Path) -> None:
    case = 'DINOv3 huge plus'
    published = to_published(case, make_oracle(case))
    published = {name: value for name, value in published.items() if 'bias_mask' not in name}
    torch.save(published, tmp_path / 'biased.pth')
    with pytest.raises(ValueError, match=r'bias for keys in blocks\.0\.attn\.qkv\.bias'):
        ViT(CASES[case][2], str(tmp_path / 'biased.pth'), arch_overrides=THIN)
