"""Each leaf is credited to the file that sets it."""
from __future__ import annotations

import pytest

from mmcrossdistill.utils.config_origin import config_origins


@pytest.fixture
def chain(tmp_path, monkeypatch):
    """Three files, the last inherits the others."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'deep').mkdir()
    (tmp_path / 'deep/model.py').write_text("model = dict(type='A', width=1, old=dict(x=1))\n")
    (tmp_path / 'deep/both.py').write_text("_base_ = 'model.py'\nmodel = dict(width=2)\nlr = [1]\n")
    (tmp_path / 'top.py').write_text(
        "_base_ = ['deep/both.py']\nmodel = dict(old=dict(_delete_=True, y=3), depth=4)\n")
    return tmp_path / 'top.py'


def test_origins_follow_the_bases(chain):
    assert config_origins(str(chain), {'lr': [2]}) == {
        'model.type': 'deep/model.py', 'model.width': 'deep/both.py', 'model.old.y': 'top.py',
        'model.depth': 'top.py', 'lr': '--cfg-options'}
