"""The encoders of any config, with exactly the weights of a checkpoint."""
from __future__ import annotations

from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.model import BaseModel
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

from mmcrossdistill.models.backbones.vit import ViT
from mmcrossdistill.models.backbones.weights import load_exactly
from mmcrossdistill.registry import MODELS

_PARTS = ('backbone_2d', 'projector_2d', 'semantic_projector_2d',
          'backbone_3d', 'projector_3d', 'semantic_projector_3d')


def load_encoders(cfg: Config, checkpoint: str | Path | None = None) -> BaseModel:
    """Build the model of a config for inference.

    Only the encoders and their projectors are loaded; heads keep their initial weights.

    Args:
        cfg: of a distiller, a probe or any model with ``backbone_2d`` or ``backbone_3d``; left
            unchanged.
        checkpoint: file that a training of this config wrote, or one that shares its encoders
            (stage 2's file with a probe's config); ``None`` takes the weights the config names.

    Returns:
        The model in eval mode, without gradients, on the CPU.

    Raises:
        FileNotFoundError: if the file does not exist.
        ValueError: if the config has no encoder, or the file does not hold exactly its weights.
    """
    settings = cfg.model.copy()
    if checkpoint is not None:
        _forget_other_weights(settings)
    model = MODELS.build(settings)
    parts = {name: part for name in _PARTS
             if isinstance(part := getattr(model, name, None), nn.Module)}
    if not {'backbone_2d', 'backbone_3d'} & parts.keys():
        raise ValueError(f'{type(model).__name__} has neither backbone_2d nor backbone_3d')
    if checkpoint is None:
        model.init_weights()
    else:
        _load_parts(parts, checkpoint)
    return model.requires_grad_(False).eval()


def _forget_other_weights(settings: dict) -> None:
    """Drop what a config loads at construction: the checkpoint replaces it.

    Args:
        settings: of the model, changed in place.
    """
    if 'stage1_checkpoint' in settings:
        settings.update(stage1_checkpoint=None, require_stage1=False)
    for name in ('backbone_2d', 'backbone_3d'):
        for key in ('init_cfg', 'checkpoint'):
            if key in settings.get(name, {}):
                settings[name] = {**settings[name], key: None}


def _load_parts(parts: dict[str, nn.Module], checkpoint: str | Path) -> None:
    """Load encoders and projectors.

    Args:
        parts: modules by name; the name is the prefix of their weights.
        checkpoint: file.

    Raises:
        ValueError: if the weights of a part are missing or do not fit.
    """
    loaded = CheckpointLoader.load_checkpoint(str(checkpoint), map_location='cpu')
    loaded = loaded.get('state_dict', loaded)
    held = sorted({name.split('.')[0] for name in loaded})
    for name, part in parts.items():
        state = {key.removeprefix(f'{name}.'): value for key, value in loaded.items()
                 if key.startswith(f'{name}.')}
        if not state and part.state_dict():
            raise ValueError(
                f'{checkpoint} holds no weights of {name}, only {held}; take the config that '
                'this checkpoint was trained with')
        load_exactly(part, state, f'{checkpoint} (prefix {name!r})')


def encode_images(backbone: nn.Module, imgs: Tensor) -> tuple[Tensor, Tensor]:
    """Encode images into maps and one vector each.

    Args:
        backbone: 2D encoder.
        imgs ((B, 3, H, W) float): normalised images.

    Returns:
        (B, C, h, w) float: the last feature map.
        (B, C) float: the CLS token, or the mean over the map of an encoder without one.
    """
    if isinstance(backbone, ViT) and backbone.model.has_class_token:
        return backbone.forward_tokens(imgs)
    maps = backbone(imgs)[-1]
    return maps, torch.mean(maps, dim=(2, 3))
