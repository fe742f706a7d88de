"""Every config parses, names things that exist and passes arguments that are taken."""
from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import torch
import yaml
from mmengine.config import Config

from mmcrossdistill.datasets.nuscenes_classes import LABEL_MAP
from mmcrossdistill.models.backbones import ViT
from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor
from mmcrossdistill.simulation.categories import CATEGORIES
from mmcrossdistill.utils.config_check import check_config
from mmcrossdistill.utils.optional import require

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / 'configs').rglob('*.py')
    if '_base_' not in path.parts)


@lru_cache
def _load(config: str) -> Config:
    """A config, read once."""
    return Config.fromfile(ROOT / config)


@lru_cache
def _vit_width(arch: str) -> int:
    """Channels of a ViT's features; the network is built without memory for its weights."""
    with torch.device('meta'):
        return ViT(arch).embed_dims


def _width(encoder: dict) -> int:
    """Channels of an encoder's features."""
    if encoder.type == 'ResNet':
        return 2048
    return sum(map(_width, encoder.encoders)) if 'encoders' in encoder else _vit_width(encoder.arch)


def _depth(path: Path) -> int:
    """Length of the longest chain of bases."""
    from mmcrossdistill.utils.config_origin import _bases
    return max((1 + _depth(path.parent / base) for base in _bases(path) if '::' not in base),
               default=0)


def test_there_are_configs():
    assert len(CONFIGS) >= 10


@pytest.mark.parametrize('config', CONFIGS)
def test_config_is_right(config):
    assert check_config(_load(config)) == []


@pytest.mark.parametrize('config', [
    name for name in CONFIGS if name.startswith('configs/cd/') and 'seg3d' not in name])
def test_widths_and_image_statistics_follow_the_encoder(config):
    model = _load(config).model
    encoder = model.get('backbone_2d') or model.backbone  # mmseg's name
    width = _width(encoder)
    if model.get('projector_3d'):
        assert model.projector_3d.out_channels == width
    if model.get('projector_2d'):  # Table J
        assert model.projector_2d.in_channels == width
    if 'decode_head' in model:
        assert {model.neck.channels, model.decode_head.in_channels,
                model.decode_head.channels} == {width}
    preprocessor = DistillDataPreprocessor(**{
        key: value for key, value in model.get('data_preprocessor', {}).items()
        if key in ('mean', 'std')})
    data = require('timm.data', extra='vit')
    mean, std = (
        (data.OPENAI_CLIP_MEAN, data.OPENAI_CLIP_STD) if '_clip_' in encoder.get('arch', '')
        else (data.IMAGENET_DEFAULT_MEAN, data.IMAGENET_DEFAULT_STD))
    torch.testing.assert_close(preprocessor.mean.flatten() / 255, torch.tensor(mean))
    torch.testing.assert_close(preprocessor.std.flatten() / 255, torch.tensor(std))


@pytest.mark.parametrize('config', CONFIGS)
def test_config_inherits_at_most_three_levels_and_is_importable_by_name(config):
    assert _depth(ROOT / config) <= 3
    assert Path(config).stem.isidentifier()


def test_the_model_index_names_files_that_exist():
    index = yaml.safe_load((ROOT / 'model-index.yml').read_text())
    metafiles = [yaml.safe_load((ROOT / path).read_text()) for path in index['Import']]
    collections = {item['Name'] for metafile in metafiles for item in metafile['Collections']}
    models = [model for metafile in metafiles for model in metafile['Models']]
    assert models
    assert {model['In Collection'] for model in models} <= collections
    assert [model['Config'] for model in models if not (ROOT / model['Config']).is_file()] == []
    assert all((ROOT / item['README']).is_file()
               for metafile in metafiles for item in metafile['Collections'])


def test_the_reference_learns_the_upper_categories_of_nuscenes():
    config = _load('configs/cd/minidrive_reference.py')
    groups = {'human.pedestrian': 0, 'vehicle': 1, 'movable_object': 2, 'flat': 3,
              'static.manmade': 4, 'static.vegetation': 5}
    for raw, name in enumerate(CATEGORIES):
        known = LABEL_MAP[raw] != 255
        wanted = next(v for k, v in groups.items() if name.startswith(k)) if known else 255
        assert config.label_map[raw] == wanted, name
    for loader in (config.train_dataloader, config.val_dataloader):
        steps = {step.type: step for step in loader.dataset.pipeline}
        assert steps['LoadPointLabels'].label_map == config.label_map
    assert config.model.num_classes == len(config.classes) == 6
