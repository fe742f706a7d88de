"""Other projects inherit our configs by package name."""
from __future__ import annotations

from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.utils import is_installed

import mmcrossdistill

MIM = Path(mmcrossdistill.__file__).parent / '.mim' / 'configs'


@pytest.mark.skipif(
    not (is_installed('mmcrossdistill') and MIM.is_dir()), reason='not installed, only on the path')
def test_a_config_of_another_project_inherits_ours(tmp_path):
    config = tmp_path / 'mine.py'
    config.write_text(
        "_base_ = ['mmcrossdistill::_base_/default_runtime.py']\nlog_level = 'DEBUG'\n")
    cfg = Config.fromfile(config)
    assert (cfg.default_scope, cfg.log_level) == ('mmcrossdistill', 'DEBUG')


def test_configs_of_installed_libraries_are_still_found(tmp_path):
    config = tmp_path / 'theirs.py'
    config.write_text("_base_ = ['mmdet3d::_base_/default_runtime.py']\n")
    assert Config.fromfile(config).default_scope == 'mmdet3d'
