"""Tests of the superpixels command."""
from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.datasets.region_files import read_regions, write_regions
from mmcrossdistill.preprocessing.superpixels import command
from mmcrossdistill.preprocessing.superpixels.slic import SlicSegmenter


def _parse(root: Path, *options: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(['--root', str(root), *options])


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob('*.png')}


def test_every_image_gets_its_map(minidrive_tiny: Path, tmp_path: Path) -> None:
    assert command.run(_parse(minidrive_tiny, '--out', str(tmp_path), '--segments', '40')) == 0
    dataset = PairedImageLidarDataset(
        'nuscenes_infos_train.pkl', str(minidrive_tiny), region_folder=str(tmp_path))
    assert len(_files(tmp_path)) == 6 * len(dataset)
    image = dataset[3]['images']['CAM_BACK']
    picture = cv2.cvtColor(cv2.imread(image['img_path']), cv2.COLOR_BGR2RGB)
    np.testing.assert_array_equal(
        read_regions(image['region_path']), SlicSegmenter(segments=40)(picture))


def test_stopped_and_sharded_runs_leave_the_same_files(
    minidrive_tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    options = ('--segments', '20', '--ann-file', 'nuscenes_infos_val.pkl')
    command.run(_parse(minidrive_tiny, *options, '--out', str(tmp_path / 'whole')))

    def stop(path: Path, regions: np.ndarray) -> None:
        if len(_files(tmp_path / 'parts')) == 5:
            raise KeyboardInterrupt
        write_regions(path, regions)

    parts = (*options, '--out', str(tmp_path / 'parts'), '--num-shards', '2')
    with monkeypatch.context() as patch:
        patch.setattr(command, 'write_regions', stop)
        with pytest.raises(KeyboardInterrupt):
            command.run(_parse(minidrive_tiny, *parts))
    for shard in ('0', '1'):
        command.run(_parse(minidrive_tiny, *parts, '--shard-id', shard, '--workers', '2'))
    assert '5 were there' in capsys.readouterr().out
    assert _files(tmp_path / 'parts') == _files(tmp_path / 'whole')
    with pytest.raises(FileExistsError, match='other settings'):
        command.run(_parse(minidrive_tiny, *parts[2:]))


def test_reduced_size_says_what_it_costs(
    minidrive_tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture,
) -> None:
    options = ('--ann-file', 'nuscenes_infos_val.pkl', '--max-side', '64', '--segments', '20',
               '--check-images', '2', '--num-shards', '6', '--out', str(tmp_path))
    command.run(_parse(minidrive_tiny, *options))
    out = capsys.readouterr().out
    assert '--max-side 64 on 2 images' in out and 'boundary pixels of the full size' in out
    assert {read_regions(path).shape for path in tmp_path.rglob('*.png')} == {(72, 128)}


def test_label_maps(minidrive_tiny: Path, tmp_path: Path) -> None:
    dataset = PairedImageLidarDataset('nuscenes_infos_val.pkl', str(minidrive_tiny))
    for index in range(len(dataset)):
        for view, image in dataset[index]['images'].items():
            write_regions(tmp_path / 'labels' / view / f"{Path(image['img_path']).stem}.png",
                          np.full((72, 128), index + 300))
    command.run(_parse(
        minidrive_tiny, '--method', 'semantic-png', '--labels', str(tmp_path / 'labels'),
        '--ann-file', 'nuscenes_infos_val.pkl', '--out', str(tmp_path / 'out')))
    seen = {int(read_regions(path)[0, 0]) for path in (tmp_path / 'out').rglob('*.png')}
    assert seen == {index + 300 for index in range(len(dataset))}


@pytest.mark.parametrize('method,option', [('sam', '--checkpoint'), ('semantic-png', '--labels')])
def test_missing_options(
    minidrive_tiny: Path, tmp_path: Path, method: str, option: str,
) -> None:
    with pytest.raises(ValueError, match=option):
        command.run(_parse(minidrive_tiny, '--method', method, '--out', str(tmp_path)))
