"""Tests of write_infos."""
from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from mmcrossdistill.preprocessing.info_file import write_infos


def test_layout(tmp_path: Path) -> None:
    path = tmp_path / 'new' / 'infos.pkl'
    write_infos(path, 'nuscenes', 'v1.0-mini', [dict(token='a')], ['animal'])
    infos = pickle.loads(path.read_bytes())
    assert infos['data_list'] == [dict(token='a')]
    assert infos['metainfo']['info_version'] == '1.1'
    assert infos['metainfo']['version'] == 'v1.0-mini'
    assert infos['metainfo']['categories']['car'] == 0
    assert infos['metainfo']['categories']['animal'] == -1
    assert [file.name for file in path.parent.iterdir()] == ['infos.pkl']


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / 'infos.pkl'
    write_infos(path, 'nuscenes', 'v', [dict(token='old')])
    with pytest.raises((AttributeError, pickle.PicklingError)):
        write_infos(path, 'nuscenes', 'v', [dict(token=lambda: 0)])
    assert pickle.loads(path.read_bytes())['data_list'] == [dict(token='old')]
