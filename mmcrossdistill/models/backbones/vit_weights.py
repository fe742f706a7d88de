"""Loading published checkpoints into timm's ViT."""
from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import Tensor, nn

from .checkpoint_layout import translate_names
from .vit_layouts import VIT_LAYOUTS
from .weights import load_exactly, read_state_dict

_QUERY = re.compile(r'(?P<attn>blocks\.\d+\.attn\.)q\.(?P<part>weight|bias)')
_TOKENS = ('cls_token', 'reg_token', 'pos_embed')


def to_timm_names(state: dict[str, Tensor], source: str | Path) -> dict[str, Tensor]:
    """Bring a checkpoint of any known layout to timm's names and shapes.

    Args:
        state: tensors by the file's names.
        source: file name for messages.

    Returns:
        Tensors by timm's names, without mask token, classifier and other networks.

    Raises:
        ValueError: if no layout is recognised or the file holds several encoders.
    """
    state = translate_names(state, VIT_LAYOUTS, source)
    for query in [match for name in state if (match := _QUERY.fullmatch(name))]:
        attn, part = query['attn'], query['part']
        parts = [state.pop(f'{attn}{letter}.{part}', None) for letter in 'qkv']
        # DINOv3's keys have no bias.
        parts = [torch.zeros_like(parts[0]) if value is None else value for value in parts]
        state[f'{attn}qkv.{part}'] = torch.cat(parts)
    for name in _TOKENS:
        if name in state:  # CLIP stores no leading axes
            state[name] = state[name].reshape(1, -1, state[name].shape[-1])
    return state


def _separate_biases(state: dict[str, Tensor], source: str | Path) -> None:
    """Split the bias of query, key and value as DINOv3's model in timm has it: none for keys.

    Args:
        state: tensors by timm's names; changed in place.
        source: file name for messages.

    Raises:
        ValueError: if keys have a bias.
    """
    for name in [name for name in state if name.endswith('.qkv.bias')]:
        attn = name.removesuffix('qkv.bias')
        query, key, value = state.pop(name).chunk(3)
        # Whatever it holds, the mask switches the key's part off.
        masked = state.pop(f'{name}_mask', None) is not None
        if not masked and key.any():
            raise ValueError(f'{source} has a bias for keys in {name}, this architecture has none')
        state[f'{attn}q_bias'], state[f'{attn}v_bias'] = query, value


def load_vit_checkpoint(model: nn.Module, path: str | Path) -> None:
    """Load a checkpoint of any layout in :mod:`.vit_layouts`.

    Args:
        model: timm's ``VisionTransformer`` or ``Eva`` without classifier.
        path: checkpoint file, see :func:`.weights.read_state_dict`.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if the layout is unknown, or keys or shapes do not fit; the message lists them.
    """
    own = model.state_dict()
    state = to_timm_names(read_state_dict(path), path)
    if 'blocks.0.attn.q_bias' in own:
        _separate_biases(state, path)
    if 'rope.periods' in own:  # computed from the architecture; only DINOv3's own files hold them
        state = {'rope.periods': own['rope.periods']} | state
    pos_embed, cls_token = state.get('pos_embed'), state.get('cls_token')
    if model.no_embed_class and pos_embed is not None and cls_token is not None \
            and pos_embed.shape[1] == model.pos_embed.shape[1] + 1:
        # DINOv2 with registers stores a position for CLS; timm's model adds it to the token once.
        state['cls_token'] = cls_token + pos_embed[:, :1]
        state['pos_embed'] = pos_embed[:, 1:]
    load_exactly(model, state, path)
