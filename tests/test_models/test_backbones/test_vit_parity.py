"""Checkpoints in the official DINOv2 layout, against Hugging Face's models, at 224 x 448."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from mmcrossdistill.models.backbones import ViT

transformers = pytest.importorskip('transformers')

# Hugging Face block part -> official part; the attention and SwiGLU parts are merged below.
PARTS = {
    'norm1': 'norm1', 'norm2': 'norm2', 'attention.o_proj': 'attn.proj',
    'mlp.fc1': 'mlp.fc1', 'mlp.fc2': 'mlp.fc2', 'mlp.down_proj': 'mlp.w3'}


def to_official(model: nn.Module) -> dict[str, Tensor]:
    """The weights of a Hugging Face model in the layout of the files that DINOv2 publishes."""
    theirs = model.state_dict()
    official = {
        'cls_token': theirs['embeddings.cls_token'],
        'pos_embed': theirs['embeddings.position_embeddings'],
        'mask_token': theirs['embeddings.mask_token']}
    if 'embeddings.register_tokens' in theirs:
        official['register_tokens'] = theirs['embeddings.register_tokens']
    for part in ('weight', 'bias'):
        official[f'patch_embed.proj.{part}'] = theirs[
            f'embeddings.patch_embeddings.projection.{part}']
        official[f'norm.{part}'] = theirs[f'layernorm.{part}']
        for index in range(model.config.num_hidden_layers):
            block, layer = f'blocks.{index}', f'encoder.layer.{index}'
            for name, own in PARTS.items():
                if f'{layer}.{name}.{part}' in theirs:
                    official[f'{block}.{own}.{part}'] = theirs[f'{layer}.{name}.{part}']
            official[f'{block}.attn.qkv.{part}'] = torch.cat([
                theirs[f'{layer}.attention.{letter}_proj.{part}'] for letter in 'qkv'])
            if f'{layer}.mlp.gate_proj.{part}' in theirs:
                official[f'{block}.mlp.w12.{part}'] = torch.cat([
                    theirs[f'{layer}.mlp.{gate}_proj.{part}'] for gate in ('gate', 'up')])
    for index in range(model.config.num_hidden_layers):
        for half in (1, 2):
            official[f'blocks.{index}.ls{half}.gamma'] = theirs[
                f'encoder.layer.{index}.layer_scale{half}.lambda1']
    return official


def make_oracle(kind: str, **config: object) -> nn.Module:
    """A Hugging Face model of which every parameter is random and matters."""
    config = getattr(transformers, f'{kind}Config')(image_size=518, patch_size=14, **config)
    model = getattr(transformers, f'{kind}Model')(config).eval()
    for name, parameter in model.named_parameters():
        nn.init.normal_(parameter, 1.0 if 'norm' in name and 'weight' in name else 0.0, 0.05)
        if 'lambda' in name:
            nn.init.uniform_(parameter, 0.3, 0.8)
        elif 'position' in name or 'token' in name:
            nn.init.normal_(parameter, 0.0, 0.5)
    return model


CASES = {
    'small': (
        'Dinov2', dict(hidden_size=384, num_hidden_layers=3, num_attention_heads=6),
        'vit_small_patch14_dinov2', dict(depth=3), 'plain'),
    'small with registers': (
        'Dinov2WithRegisters', dict(hidden_size=384, num_hidden_layers=3, num_attention_heads=6),
        'vit_small_patch14_reg4_dinov2', dict(depth=3), 'antialias'),
    'giant-style SwiGLU with registers': (
        'Dinov2WithRegisters', dict(
            hidden_size=96, num_hidden_layers=2, num_attention_heads=2, use_swiglu_ffn=True),
        'vit_giant_patch14_reg4_dinov2', dict(depth=2, embed_dim=96, num_heads=2), 'antialias'),
    'giant-style SwiGLU': (
        'Dinov2', dict(
            hidden_size=96, num_hidden_layers=2, num_attention_heads=2, use_swiglu_ffn=True),
        'vit_giant_patch14_dinov2', dict(depth=2, embed_dim=96, num_heads=2), 'plain'),
}


@pytest.mark.parametrize('case', CASES)
@torch.no_grad()
def test_equals_hugging_face(case: str, tmp_path: Path) -> None:
    kind, config, arch, overrides, resize = CASES[case]
    oracle = make_oracle(kind, **config)
    torch.save(to_official(oracle), tmp_path / 'official.pth')
    imgs = torch.randn(2, 3, 224, 448)
    expected = oracle(imgs, output_hidden_states=True)
    prefix = 5 if 'Registers' in kind else 1
    for feature, tokens in (
            ('prenorm', expected.hidden_states[-1]), ('norm', expected.last_hidden_state)):
        model = ViT(
            arch, str(tmp_path / 'official.pth'), feature=feature, pos_embed_resize=resize,
            arch_overrides=overrides).eval()
        maps, cls = model.forward_tokens(imgs)
        wanted = tokens[:, prefix:].transpose(1, 2).unflatten(2, (16, 32))
        assert (maps - wanted).abs().max() <= 1e-5 * wanted.abs().max()
        assert (cls - tokens[:, 0]).abs().max() <= 1e-5 * tokens[:, 0].abs().max()
        assert model(imgs)[0].equal(maps)
