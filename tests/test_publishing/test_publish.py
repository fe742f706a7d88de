"""What is refused, what is left out, and what the cards say."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.publishing.export import CannotExpressError
from mmcrossdistill.publishing.publish import publish
from mmcrossdistill.utils.config_check import ConfigError


def test_a_convolutional_stem_is_refused_by_all_in_one_error(
        make_run: Callable, tmp_path: Path) -> None:
    cfg, checkpoint, _ = make_run(
        size=(112, 224), backbone_2d=dict(type='ViT', arch='minidrive_tiny'))
    for formats in (None, ['timm', 'hf_dinov2', 'mmpretrain']):
        with pytest.raises(CannotExpressError) as caught:
            publish(cfg, 'cfg.py', checkpoint, tmp_path / 'out', formats, say=str)
        for library in ('timm', 'Hugging Face Dinov2', 'mmpretrain'):
            assert f'{library}' in str(caught.value)
        assert 'cannot express a convolutional stem' in str(caught.value)
        assert 'arch_overrides.conv_stem=False' in str(caught.value)
    assert not (tmp_path / 'out').exists()


@pytest.mark.parametrize('overrides, message', [
    (dict(pre_norm=True), 'a norm before the blocks'),
    (dict(qk_norm=True), 'a norm of queries and keys'),
    (dict(class_token=False), 'no CLS token'),
    (dict(act_layer='quick_gelu'), 'the activation QuickGELU'),
    (dict(mlp_ratio=1.5), 'an MLP of width 48 in a model of width 32'),
])
def test_dinov2_names_what_it_lacks(
        overrides: dict, message: str, make_run: Callable, tmp_path: Path) -> None:
    cfg, checkpoint, _ = make_run(
        backbone_2d=dict(type='ViT', arch='test_tiny', arch_overrides=overrides))
    with pytest.raises(CannotExpressError, match=f'Hugging Face Dinov2 cannot express .*{message}'):
        publish(cfg, 'cfg.py', checkpoint, tmp_path / 'out', ['hf_dinov2'], say=str)


def test_nothing_is_written_if_one_of_the_wanted_formats_is_refused(
        make_run: Callable, tmp_path: Path) -> None:
    cfg, checkpoint, _ = make_run(backbone_2d=dict(type='ViT', arch='test_tiny'))
    with pytest.raises(CannotExpressError, match='mmdet3d needs model.backbone_3d'):
        publish(cfg, 'cfg.py', checkpoint, tmp_path / 'out', ['timm', 'mmdet3d'], say=str)
    assert not (tmp_path / 'out').exists()


def test_a_card_tells_the_run(make_run: Callable, tmp_path: Path) -> None:
    cfg, checkpoint, _ = make_run(backbone_2d=dict(type='ViT', arch='test_tiny'))
    publish(cfg, 'configs/mine.py', checkpoint, tmp_path / 'out', ['hf_dinov2'], say=str)
    card = (tmp_path / 'out' / 'hf_dinov2' / 'README.md').read_text()
    header = card.split('---')[1]
    assert 'library_name: transformers' in header and '- mmcrossdistill' in header
    for text in ('# stage2_test', '| steps | 450 |', '| seed | 3 |', '`configs/mine.py`',
                 '| MMEngine | 0.10.7 |', f'| commit | `{"8ff6d" * 8}` |',
                 '`epoch_1.pth`', 'car, bus', 'before the final norm', '56 x 112',
                 'model = dict()'):
        assert text in card, text


@pytest.mark.parametrize(('written', 'rows'), [
    ('0.10.7unknown', '| MMEngine | 0.10.7 |'), ('0.10.7', '| MMEngine | 0.10.7 |')])
def test_a_card_of_a_run_outside_a_repository_tells_no_commit(
        make_run: Callable, tmp_path: Path, written: str, rows: str) -> None:
    cfg, checkpoint, _ = make_run(backbone_2d=dict(type='ViT', arch='test_tiny'))
    saved = torch.load(checkpoint)
    torch.save({**saved, 'meta': {**saved['meta'], 'mmengine_version': written}}, checkpoint)
    publish(cfg, 'configs/mine.py', checkpoint, tmp_path / 'out', ['hf_dinov2'], say=str)
    card = (tmp_path / 'out' / 'hf_dinov2' / 'README.md').read_text()
    assert rows in card and '| commit |' not in card


def test_what_does_not_fit_is_said(make_run: Callable, tmp_path: Path) -> None:
    cfg, checkpoint, _ = make_run(backbone_2d=dict(type='ViT', arch='test_tiny'))
    with pytest.raises(ConfigError, match='neither model.backbone_2d nor'):
        publish(Config(dict(model=dict(type='X'))), 'cfg.py', checkpoint, tmp_path / 'out')
    with pytest.raises(FileNotFoundError, match='absent.pth'):
        publish(cfg, 'cfg.py', str(tmp_path / 'absent.pth'), tmp_path / 'out')
    with pytest.raises(ValueError, match='multiple of the patch size'):
        publish(cfg, 'cfg.py', checkpoint, tmp_path / 'out', image_size=(50, 112))
    other = Config(dict(model=dict(type='PixelSegmentor', backbone_2d=dict(
        type='ViT', arch='test_tiny', arch_overrides=dict(depth=3)))))
    with pytest.raises(ValueError, match='missing keys.*blocks.2'):
        publish(other, 'cfg.py', checkpoint, tmp_path / 'out')
    torch.save(dict(state_dict={}), checkpoint)
    with pytest.raises(ValueError, match='holds no weights of backbone_2d'):
        publish(cfg, 'cfg.py', checkpoint, tmp_path / 'out')
