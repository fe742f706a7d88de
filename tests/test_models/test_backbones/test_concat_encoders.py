"""Several frozen 2D encoders as one."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmcrossdistill.models.backbones import ViT
from mmcrossdistill.registry import MODELS


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two checkpoints of timm's names."""
    paths = []
    for index in range(2):
        path = tmp_path / f'{index}.pth'
        torch.save(ViT('test_tiny').model.state_dict(), path)
        paths.append(str(path))
    return paths


def build(files: list[str], **shared: object) -> torch.nn.Module:
    """The encoder as configs write it."""
    return MODELS.build(dict(
        type='mmcrossdistill.ConcatEncoders',
        encoders=[dict(type='mmcrossdistill.ViT', arch='test_tiny', checkpoint=path)
                  for path in files], shared=shared))


def test_features_stand_side_by_side(files: list[str]) -> None:
    encoder = build(files, feature='norm', pad_to_patch=True).eval()
    imgs = torch.randn(2, 3, 30, 64)
    singles = [ViT('test_tiny', path, feature='norm', pad_to_patch=True) for path in files]
    expected = torch.cat([single(imgs)[-1] for single in singles], dim=1)
    torch.testing.assert_close(encoder(imgs)[-1], expected)
    feats, cls = encoder.forward_tokens(imgs)
    torch.testing.assert_close(feats, expected)
    torch.testing.assert_close(cls, singles[0].forward_tokens(imgs)[1])
    assert (encoder.embed_dims, encoder.cls_dims) == (64, 32)


def test_stays_frozen_in_training(files: list[str]) -> None:
    encoder = build(files, frozen=True).train()
    assert not any(part.training for part in encoder.encoders)
    assert not encoder(torch.randn(1, 3, 32, 64))[-1].requires_grad


def test_probes_take_it(files: list[str]) -> None:
    cfg = dict(type='ConcatEncoders', encoders=[
        dict(type='ViT', arch='test_tiny', checkpoint=path) for path in files])
    depther = MODELS.build(dict(type='DenseDepther', max_depth=10.0, num_bins=4, backbone_2d=cfg))
    assert depther.head.linear.in_features == 64 + 32
    assert depther(torch.randn(1, 3, 32, 64), []).shape == (1, 16, 32)
    segmentor = MODELS.build(dict(type='PixelSegmentor', backbone_2d=cfg))
    segmentor.init_weights()
    loaded = torch.load(files[1])
    assert all(torch.equal(value, loaded[name]) for name, value
               in segmentor.backbone_2d.encoders[1].model.state_dict().items())


def test_needs_an_encoder() -> None:
    with pytest.raises(ValueError, match='at least one'):
        build([])
