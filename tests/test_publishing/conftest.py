"""Checkpoints of random encoders of which every parameter matters."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import nn

from mmcrossdistill.registry import MODELS

PROBES = dict(backbone_2d='PixelSegmentor', backbone_3d='PointSegmentor')

SIZE = (56, 112)
META = dict(experiment_name='stage2_test', epoch=1, iter=450, seed=3, time='20260101_000000',
            mmengine_version='0.10.7' + '8ff6d' * 8, cfg='model = dict()',
            dataset_meta=dict(classes=('car', 'bus')))


def randomise(model: nn.Module) -> None:
    """Draw all parameters anew, norms and scales around one."""
    generator = torch.Generator().manual_seed(0)
    for name, value in model.state_dict().items():
        # Rotary periods are a formula, not weights.
        if not value.is_floating_point() or name.endswith('periods'):
            continue
        value.normal_(0.0, 0.1, generator=generator)
        if value.ndim == 1 and name.endswith(('weight', 'gamma', 'running_var')):
            value.abs_().add_(0.7)
        elif 'token' in name or 'pos_embed' in name:
            value.mul_(5)


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., tuple[Config, str, nn.Module]]:
    """Function that makes config, checkpoint and encoder of a probe; its images have ``size``."""
    def make(size: tuple[int, int] | None = SIZE, **backbone: dict[str, Any],
             ) -> tuple[Config, str, nn.Module]:
        (name, settings), = backbone.items()
        encoder = MODELS.build(settings).eval()
        randomise(encoder)
        state = {f'{name}.{key}': value for key, value in encoder.state_dict().items()}
        path = tmp_path / 'epoch_1.pth'
        torch.save(dict(state_dict=state, meta=META), path)
        pipeline = [] if size is None else [dict(type='ResizeImages', size=size)]
        cfg = Config(dict(
            model={'type': PROBES[name], name: settings},
            train_dataloader=dict(dataset=dict(pipeline=pipeline))))
        return cfg, str(path), encoder

    return make


def run_usage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the code of a model card as a reader would, with random images instead of black ones."""
    code = (folder / 'README.md').read_text().split('```python\n')[1].split('```')[0]
    monkeypatch.chdir(folder)
    # A reader's process has built nothing yet: no scope stands that a run of ours left behind.
    monkeypatch.setattr(DefaultScope, '_instance_dict', type(DefaultScope._instance_dict)())
    names: dict[str, Any] = {}
    with torch.no_grad():
        exec(code.replace('torch.zeros', 'torch.randn'), names)
    return names


def assert_close(found: torch.Tensor, expected: torch.Tensor) -> None:
    """Both agree to 1e-5 of the largest value."""
    assert found.shape == expected.shape
    assert (found - expected).abs().max() <= 1e-5 * expected.abs().max()
