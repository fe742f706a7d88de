"""Loading official checkpoints into timm's ViT."""
from __future__ import annotations

import re
from pathlib import Path

from torch import Tensor, nn

from .weights import load_exactly, read_state_dict

_CONTAINERS = ('state_dict', 'model')
# DINOv2's name -> timm's name. w12 holds gate and value in the order of timm's packed fc1.
_DINOV2_NAMES = (
    (re.compile(r'^register_tokens$'), 'reg_token'),
    (re.compile(r'^(blocks\.\d+\.mlp)\.w12\.'), r'\1.fc1.'),
    (re.compile(r'^(blocks\.\d+\.mlp)\.w3\.'), r'\1.fc2.'),
)
# Training-time parts that a feature extractor does not have.
_UNUSED = re.compile(r'^(mask_token$|head\.)')


def to_timm_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Rename DINOv2's parameters to timm's; timm's own names pass unchanged.

    Args:
        state: tensors of a DINOv2 or timm checkpoint by name.

    Returns:
        Tensors by timm name, without mask token and classifier.
    """
    renamed = {}
    for name, value in state.items():
        if _UNUSED.match(name):
            continue
        for pattern, replacement in _DINOV2_NAMES:
            name = pattern.sub(replacement, name)
        renamed[name] = value
    return renamed


def load_vit_checkpoint(model: nn.Module, path: str | Path) -> None:
    """Load a DINOv2-format or timm checkpoint.

    Args:
        model: timm's ``VisionTransformer`` without classifier.
        path: checkpoint file.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if keys or shapes do not fit; the message lists them.
    """
    state = to_timm_names(read_state_dict(path, _CONTAINERS))
    pos_embed, cls_token = state.get('pos_embed'), state.get('cls_token')
    if model.no_embed_class and pos_embed is not None and cls_token is not None \
            and pos_embed.shape[1] == model.pos_embed.shape[1] + 1:
        # DINOv2 with registers stores a position for CLS; timm's model adds it to the token once.
        state['cls_token'] = cls_token + pos_embed[:, :1]
        state['pos_embed'] = pos_embed[:, 1:]
    load_exactly(model, state, path)
