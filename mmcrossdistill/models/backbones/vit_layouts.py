"""Table: how published ViT checkpoints name their parameters, translated to timm's names.

Separate query, key and value layers become ``attn.q``, ``attn.k`` and ``attn.v``, which
:mod:`.vit_weights` joins to timm's ``attn.qkv``. Layouts are tried in this order.
"""
from __future__ import annotations

from .checkpoint_layout import Layout

# Hugging Face's files have had these names since the models were added; newer versions of
# transformers use the second ones inside and still write the first.
_HF_ATTENTION = (
    (r'\.attention\.attention\.(q|k|v)(?:uery|ey|alue)\.', r'.attn.\1.'),
    (r'\.attention\.(q|k|v)_proj\.', r'.attn.\1.'),
    (r'\.attention\.(?:output\.dense|o_proj)\.', '.attn.proj.'))
_HF_TOKENS = (
    (r'^embeddings\.cls_token$', 'cls_token'),
    (r'^embeddings\.position_embeddings$', 'pos_embed'),
    (r'^embeddings\.register_tokens$', 'reg_token'),
    (r'^embeddings\.patch_embeddings\.(?:projection\.)?', 'patch_embed.proj.'))
_HF_DINOV3 = (
    *_HF_TOKENS, (r'^layer\.', 'blocks.'), *_HF_ATTENTION,
    (r'\.layer_scale(\d)\.lambda1$', r'.gamma_\1'))

VIT_LAYOUTS = (
    Layout(
        'OpenAI CLIP', r'ln_pre\.weight',
        renames=(
            (r'^class_embedding$', 'cls_token'),
            (r'^positional_embedding$', 'pos_embed'),
            (r'^conv1\.', 'patch_embed.proj.'),
            (r'^ln_pre\.', 'norm_pre.'),
            (r'^ln_post\.', 'norm.'),
            (r'^transformer\.resblocks\.', 'blocks.'),
            (r'\.attn\.in_proj_', '.attn.qkv.'),
            (r'\.attn\.out_proj\.', '.attn.proj.'),
            (r'\.ln_(\d)\.', r'.norm\1.'),
            (r'\.mlp\.c_fc\.', '.mlp.fc1.'),
            (r'\.mlp\.c_proj\.', '.mlp.fc2.')),
        unused=r'proj$'),
    Layout(
        'Hugging Face CLIP', r'pre_layrnorm\.weight',
        renames=(
            (r'^embeddings\.class_embedding$', 'cls_token'),
            (r'^embeddings\.position_embedding\.weight$', 'pos_embed'),
            (r'^embeddings\.patch_embedding\.', 'patch_embed.proj.'),
            (r'^pre_layrnorm\.', 'norm_pre.'),
            (r'^post_layernorm\.', 'norm.'),
            (r'^encoder\.layers\.', 'blocks.'),
            (r'\.self_attn\.(q|k|v)_proj\.', r'.attn.\1.'),
            (r'\.self_attn\.out_proj\.', '.attn.proj.'),
            (r'\.layer_norm(\d)\.', r'.norm\1.')),
        unused=r'embeddings\.position_ids$'),
    Layout(
        'mmpretrain', r'layers\.0\.ln1\.weight',
        renames=(
            (r'^patch_embed\.projection\.', 'patch_embed.proj.'),
            (r'^pre_norm\.', 'norm_pre.'),
            (r'^ln1\.', 'norm.'),
            (r'^layers\.', 'blocks.'),
            (r'\.ln(\d)\.', r'.norm\1.'),
            (r'\.(?:attn|ffn)\.gamma(\d)\.weight$', r'.ls\1.gamma'),
            (r'\.ffn\.(?:layers\.0\.0|w12)\.', '.mlp.fc1.'),
            (r'\.ffn\.(?:layers\.1|w3)\.', '.mlp.fc2.')),
        unused=r'mask_token$'),
    Layout(
        'Hugging Face ViT (DINO)', r'encoder\.layer\.0\.layernorm_before\.weight',
        renames=(
            *_HF_TOKENS,
            (r'^layernorm\.', 'norm.'),
            (r'^encoder\.layer\.', 'blocks.'),
            *_HF_ATTENTION,
            (r'\.layernorm_before\.', '.norm1.'),
            (r'\.layernorm_after\.', '.norm2.'),
            (r'\.intermediate\.dense\.', '.mlp.fc1.'),
            (r'\.output\.dense\.', '.mlp.fc2.')),
        unused=r'embeddings\.mask_token$|pooler\.'),
    Layout(
        'Hugging Face DINOv2', r'encoder\.layer\.0\.norm1\.weight',
        renames=(
            *_HF_TOKENS,
            (r'^layernorm\.', 'norm.'),
            (r'^encoder\.layer\.', 'blocks.'),
            *_HF_ATTENTION,
            (r'\.layer_scale(\d)\.lambda1$', r'.ls\1.gamma'),
            (r'\.mlp\.weights_in\.', '.mlp.fc1.'),
            (r'\.mlp\.weights_out\.', '.mlp.fc2.')),
        unused=r'embeddings\.mask_token$'),
    Layout(
        'Hugging Face DINOv3 with SwiGLU', r'layer\.0\.mlp\.gate_proj\.weight',
        renames=(
            *_HF_DINOV3,
            (r'\.mlp\.gate_proj\.', '.mlp.fc1_g.'),
            (r'\.mlp\.up_proj\.', '.mlp.fc1_x.'),
            (r'\.mlp\.down_proj\.', '.mlp.fc2.')),
        unused=r'embeddings\.mask_token$'),
    Layout(
        'Hugging Face DINOv3', r'layer\.0\.mlp\.up_proj\.weight',
        renames=(
            *_HF_DINOV3,
            (r'\.mlp\.up_proj\.', '.mlp.fc1.'),
            (r'\.mlp\.down_proj\.', '.mlp.fc2.')),
        unused=r'embeddings\.mask_token$'),
    Layout(
        'DINOv3', r'storage_tokens',
        renames=(
            (r'^storage_tokens$', 'reg_token'),
            (r'^rope_embed\.periods$', 'rope.periods'),
            (r'\.ls(\d)\.gamma$', r'.gamma_\1'),
            (r'\.mlp\.w1\.', '.mlp.fc1_g.'),
            (r'\.mlp\.w2\.', '.mlp.fc1_x.'),
            (r'\.mlp\.w3\.', '.mlp.fc2.')),
        unused=r'mask_token$|local_cls_norm\.'),
    # DINOv2's w12 holds gate and value in the order of timm's packed fc1. iBOT calls its mask
    # token masked_embed.
    Layout(
        'DINO, iBOT, DINOv2, Depth Anything or timm', r'blocks\.0\.norm1\.weight',
        renames=(
            (r'^register_tokens$', 'reg_token'),
            (r'\.mlp\.w12\.', '.mlp.fc1.'),
            (r'\.mlp\.w3\.', '.mlp.fc2.')),
        unused=r'mask_token$|masked_embed$|head\.'),
)
