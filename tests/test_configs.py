"""Every config parses, names things that exist and passes arguments that are taken."""
from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from mmengine.config import Config

from mmcrossdistill.utils.config_check import check_config

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / 'configs').rglob('*.py')
    if '_base_' not in path.parts)


def _depth(path: Path) -> int:
    """Length of the longest chain of bases."""
    from mmcrossdistill.utils.config_origin import _bases
    return max((1 + _depth(path.parent / base) for base in _bases(path) if '::' not in base),
               default=0)


def test_there_are_configs():
    assert len(CONFIGS) >= 10


@pytest.mark.parametrize('config', CONFIGS)
def test_config_is_right(config):
    assert check_config(Config.fromfile(ROOT / config)) == []


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
