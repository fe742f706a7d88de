"""Tests of reading the tables."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.preprocessing.nuscenes_tables import find_version, read_tables


def test_rows_are_indexed(nuscenes_root: Path) -> None:
    tables = read_tables(nuscenes_root, 'v1.0-trainval')
    assert [scene['name'] for scene in tables.scenes] == ['scene-0061', 'scene-0103', 'scene-0555']
    assert [row['token'] for row in tables.samples['scene-0103']] == [
        'scene-0103-0', 'scene-0103-1', 'scene-0103-2']
    token = tables.keyframes['scene-0061-1', 'CAM_BACK']
    assert tables.sample_data[token].filename == f'samples/CAM_BACK/{token}.bin'
    assert not any('RADAR' in token for token in tables.sample_data)
    assert set(tables.ego_poses) == {row.ego_pose_token for row in tables.sample_data.values()}
    assert tables.annotations_of['scene-0061-1'] == ['scene-0061-car-1', 'scene-0061-dog-0']
    assert tables.category_of['scene-0061-dog'] == 'animal'
    assert len(tables.lidarseg) == 9 and tables.panoptic == {}


def test_wrong_root(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='not the root of a nuScenes data set'):
        find_version(tmp_path, None)
    with pytest.raises(FileNotFoundError, match='no folder v1.0-mini'):
        find_version(tmp_path, 'v1.0-mini')


def test_version_must_be_chosen_when_there_are_two(tmp_path: Path) -> None:
    (tmp_path / 'v1.0-mini').mkdir()
    assert find_version(tmp_path, None) == 'v1.0-mini'
    (tmp_path / 'v1.0-trainval').mkdir()
    with pytest.raises(ValueError, match='--version'):
        find_version(tmp_path, None)
    assert find_version(tmp_path, 'v1.0-mini') == 'v1.0-mini'


def test_broken_tables_are_named(nuscenes_root: Path) -> None:
    folder = nuscenes_root / 'v1.0-trainval'
    (folder / 'lidarseg.json').unlink()
    assert read_tables(nuscenes_root, 'v1.0-trainval').lidarseg == {}
    (folder / 'sample_data.json').write_text('[{"token": "x", "calibrated_sensor_token": '
                                             '"calib-LIDAR_TOP"}]')
    with pytest.raises(KeyError, match="sample_data.json has a row without the key 'sample_token'"):
        read_tables(nuscenes_root, 'v1.0-trainval')
    (folder / 'sample_data.json').write_text('[{"token": ')
    with pytest.raises(ValueError, match='sample_data.json is not valid json'):
        read_tables(nuscenes_root, 'v1.0-trainval')
    (folder / 'sample_data.json').unlink()
    with pytest.raises(FileNotFoundError, match='table .*sample_data.json does not exist'):
        read_tables(nuscenes_root, 'v1.0-trainval')
