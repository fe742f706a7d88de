"""Tests of PairedImageLidarDataset."""
from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmcrossdistill.datasets.transforms import LoadPoints
from mmcrossdistill.registry import DATASETS

PIPELINE = (
    dict(type='LoadPoints'), dict(type='LoadPointLabels'), dict(type='SelectViews'),
    dict(type='LoadImages'), dict(type='CorrespondencePipeline', with_labels=True),
    dict(type='PackDistillInputs'))


def test_item_has_full_paths_and_metadata(make_dataset: Callable[..., Any]) -> None:
    info = make_dataset()[3]
    assert Path(info['lidar_points']['lidar_path']).is_file()
    assert Path(info['pts_semantic_mask_path']).is_file()
    assert all(Path(image['img_path']).is_file() for image in info['images'].values())
    assert (info['scene_name'], info['condition'], info['token']) == (
        'scene-b', 'day-rain', 'scene-b_1')
    assert info['sample_idx'] == 3
    assert info['view_names'] == ['CAM_FRONT', 'CAM_BACK']
    assert 'instances' not in info


@pytest.mark.parametrize('options,tokens', [
    (dict(), 8),
    (dict(split='probe'), ['scene-b_0', 'scene-b_1', 'scene-c_0', 'scene-c_1']),
    (dict(scenes=['scene-d']), ['scene-d_0', 'scene-d_1']),
    (dict(conditions=['night', 'day-rain']), 4),
    (dict(split='probe', conditions=['night']), ['scene-c_0', 'scene-c_1']),
    (dict(fraction=0.5), ['scene-b_0', 'scene-b_1', 'scene-d_0', 'scene-d_1']),
    (dict(fraction=0.5, fraction_rule='scan_slice', split='probe'), ['scene-b_0', 'scene-c_0']),
    (dict(tokens=['scene-d_1', 'scene-a_0']), ['scene-a_0', 'scene-d_1']),
    (dict(split='parametrizing', conditions=['night']), ['scene-c_0', 'scene-c_1']),
    (dict(indices=3), 3),
])
def test_filters(make_dataset: Callable[..., Any], options: dict, tokens: list[str] | int) -> None:
    dataset = make_dataset(**options)
    if isinstance(tokens, int):
        assert len(dataset) == tokens
    else:
        assert [item['token'] for item in dataset] == tokens


def test_instances_come_with_the_number_of_the_keyframe(make_dataset: Callable[..., Any]) -> None:
    """Metrics look keyframes up in the whole info file, whatever was filtered."""
    items = list(make_dataset(with_instances=True, split='probe'))
    assert [item['info_idx'] for item in items] == [2, 3, 4, 5]
    assert [item['sample_idx'] for item in items] == [0, 1, 2, 3]
    assert all(item['instances'] == [] for item in items)


def test_infos_without_instances_are_refused(
        make_dataset: Callable[..., Any], tiny_root: Path, tmp_path: Path) -> None:
    infos = pickle.loads((tiny_root / 'nuscenes_infos_train.pkl').read_bytes())
    del infos['data_list'][1]['instances']
    (tmp_path / 'infos.pkl').write_bytes(pickle.dumps(infos))
    with pytest.raises(KeyError, match="infos.pkl: scene-a_1 has no key 'instances'"):
        make_dataset(with_instances=True, ann_file=str(tmp_path / 'infos.pkl'))


def test_scenes_from_a_file(make_dataset: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / 'scenes.txt').write_text('scene-a\nscene-d\n')
    assert len(make_dataset(scenes=str(tmp_path / 'scenes.txt'))) == 4


def test_per_view_items_have_one_camera(make_dataset: Callable[..., Any]) -> None:
    dataset = make_dataset(view_mode='per_view')
    assert len(dataset) == 16
    assert [dataset[index]['view_names'] for index in (0, 1)] == [['CAM_FRONT'], ['CAM_BACK']]
    assert list(dataset[1]['images']) == ['CAM_BACK']
    assert len(make_dataset(view_mode='per_view', views=['CAM_BACK'])) == 8


def test_serialising_changes_nothing(make_dataset: Callable[..., Any]) -> None:
    assert make_dataset(serialize_data=False)[5] == make_dataset(serialize_data=True)[5]


@pytest.mark.parametrize('options,error,message', [
    (dict(ann_file='nuscenes_infos_val.pkl'), FileNotFoundError,
     r'create_data.py nuscenes --root'),
    (dict(split='dev'), KeyError, r"no split 'dev'; it has \['probe', 'void'\]"),
    (dict(split='void'), ValueError, r"filter split='void' leaves none of 8"),
    (dict(split='verifying'), ValueError, "filter split='verifying' leaves none of 8"),
    (dict(tokens=['scene-a_0'], scenes=['scene-d']), ValueError, '1 of 1 tokens are not among'),
    (dict(scenes=['scene-x']), ValueError, 'filter scenes leaves none of 8'),
    (dict(scenes=['scene-a'], conditions=['night']), ValueError, 'filter conditions=.*none of 2'),
    (dict(conditions=['dusk']), ValueError, 'dusk'),
    (dict(views=['CAM_SIDE']), KeyError, "no camera .'CAM_SIDE'.; it has .'CAM_FRONT'"),
    (dict(view_mode='video'), ValueError, 'view_mode'),
])
def test_errors_at_build(
    make_dataset: Callable[..., Any], options: dict, error: type[Exception], message: str,
) -> None:
    with pytest.raises(error, match=message):
        make_dataset(**options)


def test_a_split_without_its_file(make_dataset: Callable[..., Any], tiny_root: Path,
                                  tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='splits.json'):
        make_dataset(ann_file=str(tiny_root / 'nuscenes_infos_train.pkl'),
                     data_root=str(tmp_path), split='probe')


def test_old_infos_are_named(make_dataset: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / 'old.pkl'
    path.write_bytes(pickle.dumps(dict(infos=[], metadata={})))
    with pytest.raises(ValueError, match='not a v2 info file'):
        make_dataset(ann_file=str(path))


def test_pipeline_from_configs_and_objects(make_dataset: Callable[..., Any]) -> None:
    data = make_dataset(pipeline=[LoadPoints(), *PIPELINE[1:]])[0]
    data['data_samples'].corr.validate(len(data['inputs']['points']), 2, (60, 96))
    assert data['inputs']['imgs'].shape == (2, 3, 60, 96)
    labels = data['data_samples'].point_labels
    corr = data['data_samples'].corr
    assert torch.equal(labels[corr.point_idx], corr.label)


def test_builds_by_name(tiny_root: Path) -> None:
    with DefaultScope.overwrite_default_scope('mmcrossdistill'):
        dataset = DATASETS.build(dict(
            type='PairedImageLidarDataset', ann_file='nuscenes_infos_train.pkl',
            data_root=str(tiny_root), pipeline=PIPELINE))
    assert len(dataset) == 8
    assert dataset.metainfo['classes'][3] == 'car'


def test_default_prefix_is_nuscenes_layout(
    make_dataset: Callable[..., Any], tiny_root: Path,
) -> None:
    info = make_dataset(data_prefix=None)[0]
    relative = Path(info['images']['CAM_BACK']['img_path']).relative_to(tiny_root)
    assert relative.parent == Path('samples/CAM_BACK')
    assert Path(info['lidar_points']['lidar_path']).parent == tiny_root / 'samples/LIDAR_TOP'


@pytest.mark.parametrize('name', ['nuscenes_cd_stage1', 'nuscenes_seg2d', 'nuscenes_depth2d',
                                  'nuscenes_seg3d'])
def test_config_pipelines_run(repo_root: Path, make_dataset: Callable[..., Any],
                              name: str) -> None:
    cfg = Config.fromfile(repo_root / 'configs' / '_base_' / 'datasets' / f'{name}.py')
    dataset = make_dataset(pipeline=cfg.train_dataloader.dataset.pipeline)
    data = dataset[0]
    sample = data['data_samples']
    sample.corr.validate(len(data['inputs']['points']), len(data['inputs']['imgs']),
                         sample.img_shape)
    assert (len(sample.corr) > 0) == (name != 'nuscenes_seg3d')
    assert ('neighbors' in data['inputs']) == (name in ('nuscenes_cd_stage1', 'nuscenes_seg3d'))
    assert sample.condition == 'day-clear'


@pytest.mark.parametrize('name', ['cd_stage1', 'cd_stage2', 'seg2d', 'depth2d', 'seg3d'])
def test_minidrive_configs_differ_only_in_data_and_size(repo_root: Path, name: str) -> None:
    folder = repo_root / 'configs' / '_base_' / 'datasets'
    real = Config.fromfile(folder / f'nuscenes_{name}.py').train_dataloader.dataset
    mini = Config.fromfile(folder / f'minidrive_{name}.py').train_dataloader.dataset
    sizes = dict(size=0, point_range=0, num_neighbors=0)
    for ours, theirs in zip(mini.pipeline, real.pipeline, strict=True):
        assert {**ours, **sizes} == {**theirs, **sizes}
    assert {key for key in {**mini, **real} if mini.get(key) != real.get(key)} <= {
        'data_root', 'split', 'view_mode', 'views', 'pipeline'}


def test_regions_and_sweeps_on_demand(make_dataset: Callable[..., Any], tiny_root: Path) -> None:
    plain = make_dataset()[0]
    assert 'lidar_sweeps' not in plain and 'region_path' not in plain['images']['CAM_FRONT']
    frame = dict(img_path='sweeps/CAM_FRONT/b.jpg', timestamp=2.0, sample_data_token='b')
    sweep = dict(timestamp=5.0, lidar_points=dict(lidar_path='sweeps/LIDAR_TOP/5.bin'))
    raw = dict(
        token='t', lidar_points=dict(lidar_path='k.bin'),
        images=dict(CAM_FRONT=dict(img_path='a.jpg', sample_data_token='a')),
        lidar_sweeps=[sweep], next_lidar_sweeps=[{**sweep, 'timestamp': 4.0}],
        camera_sweeps=dict(CAM_FRONT=[frame]),
        next_camera_sweeps=dict(CAM_FRONT=[{**frame, 'timestamp': 1.0}]))
    dataset = make_dataset(with_sweeps=True, region_folder='regions/slic')
    info = dataset.parse_data_info(raw)
    folder = tiny_root / 'regions' / 'slic' / 'CAM_FRONT'
    assert info['images']['CAM_FRONT']['region_path'] == str(folder / 'a.png')
    assert [item['timestamp'] for item in info['lidar_sweeps']] == [4.0, 5.0]
    path = info['lidar_sweeps'][1]['lidar_points']['lidar_path']
    assert path == str(tiny_root / 'sweeps' / 'LIDAR_TOP' / '5.bin')
    frames = info['camera_sweeps']['CAM_FRONT']
    assert [item['timestamp'] for item in frames] == [1.0, 2.0]
    assert frames[0]['img_path'] == str(tiny_root / frame['img_path'])
    assert frames[0]['region_path'] == str(folder / 'b.png')
    assert raw['lidar_sweeps'][0]['lidar_points']['lidar_path'] == 'sweeps/LIDAR_TOP/5.bin'
