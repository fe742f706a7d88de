"""Info files and clouds of PandaSet, in its published layout."""
from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pandas
import pytest

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.preprocessing.pandaset_infos import CAMERAS, build_infos
from tests.data.pandaset import NOON, write_scene


def read(path: Path) -> list[dict]:
    """Items of an info file."""
    return pickle.loads(path.read_bytes())['data_list']


def test_splits_sensors_and_conditions(tmp_path: Path) -> None:
    write_scene(tmp_path, '001', 37.7)
    write_scene(tmp_path, '002', 37.4)
    write_scene(tmp_path, '005', 37.7, start=NOON + 9 * 3600)
    (tmp_path / '009' / 'lidar').mkdir(parents=True)  # no labels: left out
    paths = {path.name: read(path) for path in build_infos(tmp_path, tmp_path)}
    assert sorted(paths) == [
        f'pandaset_infos_{split}_{sensor}.pkl'
        for split in ('train', 'val') for sensor in ('pandar64', 'pandargt')]
    train = paths['pandaset_infos_train_pandar64.pkl']
    assert [(item['token'], item['condition'], item['sample_idx']) for item in train] == [
        ('001_00', 'day-clear', 0), ('001_01', 'day-clear', 1),
        ('005_00', 'night', 2), ('005_01', 'night', 3)]
    assert list(train[0]['images']) == list(CAMERAS)
    assert list(paths['pandaset_infos_val_pandargt.pkl'][0]['images']) == ['front_camera']


def test_points_land_where_the_world_projects_them(tmp_path: Path) -> None:
    truth = write_scene(tmp_path, '001', 37.7)
    build_infos(tmp_path, tmp_path)
    for sensor, device in (('pandar64', 0), ('pandargt', 1)):
        dataset = PairedImageLidarDataset(
            f'pandaset_infos_train_{sensor}.pkl', str(tmp_path), data_prefix=dict(pts='', img=''),
            views=['front_camera'], pipeline=[
                dict(type='LoadPoints'), dict(type='SelectViews'), dict(type='LoadImages'),
                dict(type='CorrespondencePipeline', keep_visible_points=False)])
        for frame, results in enumerate(dataset):
            table = truth['points'][frame]
            table = table[table['d'] == device]
            world = table[['x', 'y', 'z']].to_numpy()
            np.testing.assert_allclose(results['points'][:, 3], table['i'])
            turn, position = truth['vehicle'][frame]
            own = (world - position) @ turn - [0, 0, 1.6]
            np.testing.assert_allclose(results['points'][:, :3], own, atol=1e-4)
            rotation, centre = truth['cameras'][frame]
            camera = (world - centre) @ rotation
            u = 98 * camera[:, 0] / camera[:, 2] + 47.5
            v = 96 * camera[:, 1] / camera[:, 2] + 26.5
            seen = (camera[:, 2] > 1) & (u > 0) & (u < 95) & (v > 0) & (v < 53)
            assert 10 < seen.sum() < len(seen)
            np.testing.assert_array_equal(results['corr'].point_idx, np.flatnonzero(seen))
            np.testing.assert_allclose(
                results['corr'].pixel_uv, np.column_stack([u, v])[seen], atol=1e-2)


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    write_scene(tmp_path, '001', 37.7)
    build_infos(tmp_path, tmp_path / 'out')
    files = sorted((tmp_path / 'out' / 'points').rglob('*.bin'))
    assert len(files) == 4
    before = [path.stat().st_mtime_ns for path in files[1:]]
    content = files[0].read_bytes()
    files[0].unlink()
    build_infos(tmp_path, tmp_path / 'out')
    assert [path.stat().st_mtime_ns for path in files[1:]] == before
    assert files[0].read_bytes() == content


def test_errors_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='not the root of PandaSet'):
        build_infos(tmp_path, tmp_path)
    write_scene(tmp_path, '001', 37.7)
    scene = tmp_path / '001'
    poses = json.loads((scene / 'lidar' / 'poses.json').read_text())
    del poses[1]['heading']
    (scene / 'lidar' / 'poses.json').write_text(json.dumps(poses))
    with pytest.raises(KeyError, match='001/lidar/poses.json, frame 1 has no .*heading'):
        build_infos(tmp_path, tmp_path)
    (scene / 'lidar' / 'poses.json').unlink()
    with pytest.raises(FileNotFoundError, match='poses.json does not exist'):
        build_infos(tmp_path, tmp_path)
    pandas.DataFrame(dict(x=[1.0])).to_pickle(scene / 'lidar' / '00.pkl.gz')
    write_scene(tmp_path, '003', 37.7)
    (tmp_path / '001').rename(tmp_path / 'x001')
    (tmp_path / 'x001' / 'annotations' / 'semseg').rmdir()
    pandas.DataFrame(dict(x=[1.0])).to_pickle(tmp_path / '003' / 'lidar' / '00.pkl.gz')
    with pytest.raises(ValueError, match=r"00.pkl.gz has the columns \['x'\]"):
        build_infos(tmp_path, tmp_path / 'new')
