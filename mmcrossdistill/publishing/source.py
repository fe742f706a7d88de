"""The encoder that is published, with all that a reader of its files must know."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from mmcrossdistill.apis.encoders import load_encoders
from mmcrossdistill.models.data_preprocessors.distill_data_preprocessor import (
    IMAGENET_MEAN,
    IMAGENET_STD,
)
from mmcrossdistill.utils.config_check import ConfigError
from mmcrossdistill.utils.run_config import type_name

# Transforms whose size is what the encoder sees.
_SIZED = ('ResizeImages', 'CropResizeImages')


@dataclass(frozen=True)
class Source:
    """An encoder and where it comes from.

    Args:
        name: 'backbone_2d' or 'backbone_3d'.
        encoder: with the weights of the checkpoint.
        cfg: its part of the config.
        config: name of the config.
        checkpoint: name of the file.
        meta: of the run, from the checkpoint.
        mean: RGB mean of its images on the 0-255 scale.
        std: RGB standard deviation on the 0-255 scale.
        image_size: (H, W) it was trained with, pixels; ``None`` if the config does not say.
    """

    name: str
    encoder: nn.Module
    cfg: Mapping[str, Any]
    config: str
    checkpoint: str
    meta: Mapping[str, Any]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    image_size: tuple[int, int] | None


def read_sources(cfg: Config, config: str, checkpoint: str) -> dict[str, Source]:
    """Load the encoders of a checkpoint.

    Args:
        cfg: of the run or of a probe on its encoder.
        config: its path.
        checkpoint: its file; nothing in it is executed.

    Returns:
        'backbone_2d' and 'backbone_3d', whichever the config has.

    Raises:
        ConfigError: if the config has no encoder.
        FileNotFoundError: if there is no such checkpoint.
        ValueError: if its weights do not fit the config.
    """
    settings = cfg.to_dict().get('model') or {}
    names = [name for name in ('backbone_2d', 'backbone_3d') if settings.get(name)]
    if not names:
        raise ConfigError(f'{config} has neither model.backbone_2d nor model.backbone_3d')
    if not Path(checkpoint).is_file():
        raise FileNotFoundError(f'{checkpoint}: no such checkpoint')
    model = load_encoders(cfg, checkpoint)
    meta = CheckpointLoader.load_checkpoint(checkpoint, map_location='cpu').get('meta', {})
    preprocessor = settings.get('data_preprocessor') or {}
    return {
        name: Source(
            name, getattr(model, name),
            # The weights are in the checkpoint, wherever the run once took them.
            {key: value for key, value in settings[name].items()
             if key not in ('checkpoint', 'init_cfg', 'frozen')},
            config, Path(checkpoint).name, meta, tuple(preprocessor.get('mean', IMAGENET_MEAN)),
            tuple(preprocessor.get('std', IMAGENET_STD)), _image_size(cfg))
        for name in names}


def _image_size(cfg: Config) -> tuple[int, int] | None:
    """Find the size of the images in the pipelines.

    Args:
        cfg: config.
    """
    for loader in ('train_dataloader', 'test_dataloader'):
        dataset = (cfg.get(loader) or {}).get('dataset') or {}
        for step in dataset.get('pipeline', ()):
            if type_name(step['type']) in _SIZED:
                return tuple(step['size'])
    return None
