"""Codebooks of trained models."""
from __future__ import annotations

from pathlib import Path

import numpy as np
from mmengine.config import Config
from mmengine.runner.checkpoint import CheckpointLoader

from mmcrossdistill.models.backbones.weights import load_exactly
from mmcrossdistill.models.layers.codebook import IMAGE, JOINT, LIDAR
from mmcrossdistill.registry import MODELS
from mmcrossdistill.visualization.codebook_map import UsedCodes

from .model_index import find_config

_USERS = {IMAGE: 'images', LIDAR: 'points', JOINT: 'both'}
_PREFIX = 'codebook.'


def read_codebook(title: str, config_or_name: str | Path, checkpoint: str | Path) -> UsedCodes:
    """Read a codebook and who uses its codes; nothing else of the model is built.

    Args:
        title: of the model.
        config_or_name: path or name of its config.
        checkpoint: that its training wrote.

    Raises:
        ValueError: if the config or the file has no codebook, or they do not fit each other.
    """
    setting = Config.fromfile(find_config(config_or_name)).model.get('codebook')
    state = CheckpointLoader.load_checkpoint(str(checkpoint), map_location='cpu')
    state = {name.removeprefix(_PREFIX): value
             for name, value in state.get('state_dict', state).items() if name.startswith(_PREFIX)}
    if setting is None or not state:
        where = config_or_name if setting is None else checkpoint
        raise ValueError(f'{where} has no codebook; take config and checkpoint of a CMCR model')
    codebook = MODELS.build(setting)
    load_exactly(codebook, state, f'{checkpoint} (prefix {_PREFIX!r})')
    users = np.array([_USERS.get(user, 'none') for user in codebook.users().tolist()])
    return UsedCodes(title, codebook.codes.numpy(), users)
