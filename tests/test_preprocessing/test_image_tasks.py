"""Tests of the list of images."""
from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.preprocessing.image_tasks import (
    add_arguments,
    list_tasks,
    open_datasets,
    read_image,
    spread_keyframes,
)


def _parse(root: Path, *options: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(['--root', str(root), *options])


def test_every_image_is_listed_once(minidrive_tiny: Path, tmp_path: Path) -> None:
    files = ('nuscenes_infos_val.pkl', 'nuscenes_infos_train.pkl', 'nuscenes_infos_val.pkl')
    tasks = list_tasks(_parse(minidrive_tiny, '--ann-file', *files), tmp_path)
    count = sum(len(PairedImageLidarDataset(name, str(minidrive_tiny))) for name in files[:2])
    assert len({task.out for task in tasks}) == len(tasks) == 6 * count
    first = PairedImageLidarDataset(files[0], str(minidrive_tiny))[0]['images']['CAM_BACK']
    (task,) = (task for task in tasks if task.image == first['img_path'])
    assert task.out == tmp_path / 'CAM_BACK' / f"{first['sample_data_token']}.png"
    assert task.timestamp == first['timestamp'] and task.scene.startswith('scene-')
    assert read_image(task.image).shape == (72, 128, 3)


def test_scenes_of_a_split_and_condition_are_chosen(minidrive_tiny: Path, tmp_path: Path) -> None:
    tasks = list_tasks(_parse(
        minidrive_tiny, '--split', 'unlabelled', '--conditions', 'night'), tmp_path)
    expected = PairedImageLidarDataset(
        'nuscenes_infos_train.pkl', str(minidrive_tiny), split='unlabelled', conditions=['night'])
    assert {task.scene for task in tasks} == {info['scene_name'] for info in expected}
    assert len(tasks) == 6 * len(expected) > 0


def test_prefixes_and_missing_images(minidrive_tiny: Path, tmp_path: Path) -> None:
    tasks = list_tasks(_parse(
        minidrive_tiny, '--data-prefix', 'CAM_BACK=elsewhere'), tmp_path)
    (folder,) = {Path(task.image).parent for task in tasks if task.view == 'CAM_BACK'}
    assert folder == minidrive_tiny / 'elsewhere'
    with pytest.raises(FileNotFoundError, match='--data-prefix'):
        read_image(str(folder / 'none.jpg'))


def test_keyframes_are_spread(minidrive_tiny: Path) -> None:
    datasets = open_datasets(_parse(
        minidrive_tiny, '--ann-file', 'nuscenes_infos_train.pkl', 'nuscenes_infos_val.pkl'))
    tokens = [info['token'] for dataset in datasets for info in dataset]
    assert [info['token'] for info in spread_keyframes(datasets, None)] == tokens
    assert [info['token'] for info in spread_keyframes(datasets, 2)] == [tokens[0], tokens[-1]]
    assert len(spread_keyframes(datasets, 1000)) == len(tokens)
    assert spread_keyframes(datasets, 0) == []
