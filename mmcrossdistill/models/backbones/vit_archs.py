"""The vision transformers of timm that serve as encoders, built without classifier."""
from __future__ import annotations

from torch import nn

from mmcrossdistill.utils.optional import require

from .conv_stem import build_conv_stem

# Arguments of timm's VisionTransformer; sizes are (H, W). With conv_stem, see build_conv_stem.
PRESETS = {
    'minidrive_tiny': dict(
        img_size=(128, 224), patch_size=8, embed_dim=128, depth=5, num_heads=4,
        conv_stem=True),
    'test_tiny': dict(img_size=(32, 64), patch_size=8, embed_dim=32, depth=2, num_heads=2),
}


def build_timm_vit(arch: str, drop_path_rate: float, overrides: dict | None = None) -> nn.Module:
    """Build timm's ViT without classifier and with random weights.

    DINOv3's networks are timm's ``Eva`` with rotary positions. Their periods are made a part of the
    weights: DINOv3's files hold them rounded to bfloat16, which timm's formula does not give.

    Args:
        arch: preset or timm model name.
        drop_path_rate: stochastic depth of the last block, growing linearly over the blocks.
        overrides: further arguments of timm's model.

    Returns:
        timm's ``VisionTransformer`` or ``Eva``.

    Raises:
        ValueError: if timm has no such ViT.
    """
    timm = require('timm', extra='vit')
    vit_class = require('timm.models.vision_transformer', extra='vit').VisionTransformer
    options = dict(num_classes=0, global_pool='', drop_path_rate=drop_path_rate)
    options.update(overrides or {})
    if arch in PRESETS:
        options = PRESETS[arch] | options
        conv_stem = options.pop('conv_stem', False)
        model = vit_class(**options)
        if conv_stem:
            model.patch_embed.proj = build_conv_stem(options['patch_size'], options['embed_dim'])
        return model
    if not timm.is_model(arch):
        raise ValueError(
            f'unknown ViT arch {arch!r}: neither one of {sorted(PRESETS)} nor a timm model; '
            "timm.list_models('vit_*') lists the names")
    model = timm.create_model(arch, pretrained=False, **options)
    eva_class = require('timm.models.eva', extra='vit').Eva
    if isinstance(model, vit_class):
        return model
    if not isinstance(model, eva_class) or model.rope_mixed:
        raise ValueError(f'timm model {arch!r} is a {type(model).__name__}, not a plain ViT')
    if hasattr(model.rope, 'periods'):
        model.rope.register_buffer('periods', model.rope.periods, persistent=True)
    return model
