"""What all probes share."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import random_batch, tiny_distiller_cfg


def probe_cfg(checkpoint: Path, prefix: str = 'backbone_2d.') -> dict:
    """A probe whose encoder starts from a checkpoint."""
    return dict(
        type='PixelSegmentor',
        backbone_2d=dict(
            type='ViT', arch='test_tiny',
            init_cfg=dict(type='Pretrained', checkpoint=str(checkpoint), prefix=prefix)))


def test_takes_the_encoder_of_a_distiller(tmp_path: Path) -> None:
    distiller = MODELS.build(tiny_distiller_cfg())
    path = tmp_path / 'epoch_1.pth'
    torch.save(dict(state_dict=distiller.state_dict()), path)
    probe = MODELS.build(probe_cfg(path))
    probe.init_weights()
    expected = distiller.backbone_2d.state_dict()
    assert expected.keys() == probe.backbone_2d.state_dict().keys()
    assert all(torch.equal(value, expected[name])
               for name, value in probe.backbone_2d.state_dict().items())


@pytest.mark.parametrize('fault', ['missing', 'shape', 'prefix'])
def test_refuses_weights_that_do_not_fit(tmp_path: Path, fault: str) -> None:
    state = MODELS.build(tiny_distiller_cfg()).state_dict()
    name = 'backbone_2d.model.pos_embed'
    if fault == 'missing':
        del state[name]
    elif fault == 'shape':
        state[name] = state[name][..., :-1]
    path = tmp_path / 'other.pth'
    torch.save(dict(state_dict=state), path)
    probe = MODELS.build(probe_cfg(path, 'encoder.' if fault == 'prefix' else 'backbone_2d.'))
    with pytest.raises((ValueError, AssertionError), match='pos_embed|encoder'):
        probe.init_weights()


def test_refuses_an_unknown_mode() -> None:
    probe = MODELS.build(dict(
        type='PixelDepther', backbone_2d=dict(type='ViT', arch='test_tiny')))
    batch = probe.data_preprocessor(random_batch())
    with pytest.raises(ValueError, match="'loss', 'predict' or 'tensor'"):
        probe(**batch, mode='train')
