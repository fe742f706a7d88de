"""Methods built from their real configs, small enough for milliseconds."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.registry import MODELS

# Of each kind of encoder: what makes it small. The image encoder keeps its architecture.
TINY_3D = {'model.backbone_3d.preset': 'test_tiny', 'model.projector_3d.in_channels': 8}
TINY_R50 = {'model.backbone_2d.checkpoint': None}


@pytest.fixture(scope='session')
def build_method(repo_root: Path) -> Callable[..., torch.nn.Module]:
    """``build_method(config, options)``: the model of a config with some leaves changed."""

    def build(config: str, options: dict[str, Any]) -> torch.nn.Module:
        cfg = Config.fromfile(repo_root / 'configs' / config)
        cfg.merge_from_dict(options)
        torch.manual_seed(0)
        model = MODELS.build(cfg.model)
        model.init_weights()
        return model.train()

    return build


def losses_and_gradients(model: torch.nn.Module, batch: dict) -> tuple[dict, set[str]]:
    """Run a step; tell the losses and which parts of the model got a gradient that is not zero."""
    losses = model(**model.data_preprocessor(batch, True), mode='loss')
    model.parse_losses(losses)[0].backward()
    learning = {name.split('.')[0] for name, parameter in model.named_parameters()
                if parameter.grad is not None and parameter.grad.any()}
    assert all(parameter.grad is None for parameter in model.parameters()
               if not parameter.requires_grad)
    return losses, learning
