"""Tests of the weak_labels command."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.datasets.region_files import read_regions, write_regions
from mmcrossdistill.preprocessing.sharded_run import read_settings
from mmcrossdistill.preprocessing.weak_labels import command
from mmcrossdistill.preprocessing.weak_labels.class_sets import GROUNDED_SAM, SEEM

VAL = ('--ann-file', 'nuscenes_infos_val.pkl')


def _run(root: Path, method: str, out: Path, *options: str | Path) -> dict:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(list(map(str, (
        '--root', root, '--method', method, '--out', out, *VAL, *options))))) == 0
    return read_settings(out, 'weak_labels.py')


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob('*.png')}


def test_labels_of_models(
    minidrive_tiny: Path, tmp_path: Path, detector: Path, checkpoint: Path,
) -> None:
    settings = _run(
        minidrive_tiny, 'grounded-sam', tmp_path, '--detector', detector, '--checkpoint',
        checkpoint, '--box-threshold', '0.3', '--order', 'area', '--num-shards', '12')
    assert settings['classes'] == list(GROUNDED_SAM) and settings['unlabelled'] == 255
    assert settings['method'] == 'grounded-sam' and settings['order'] == 'area'
    assert settings['checkpoint'] == checkpoint.name and settings['box_threshold'] == 0.3
    maps = [cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in tmp_path.rglob('*.png')]
    assert len(maps) == 3
    for labels in maps:
        assert labels.shape == (72, 128) and labels.dtype == np.uint8
        assert set(np.unique(labels)) <= {*range(13), 255}


def test_existing_maps(minidrive_tiny: Path, tmp_path: Path) -> None:
    dataset = PairedImageLidarDataset('nuscenes_infos_val.pkl', str(minidrive_tiny))
    for info in dataset:
        for view, image in info['images'].items():
            ids = np.zeros((72, 128))
            ids[:, 64:] = 10
            write_regions(tmp_path / 'camseg' / view / f"{Path(image['img_path']).stem}.png", ids)
    settings = _run(minidrive_tiny, 'png', tmp_path / 'out', '--labels', tmp_path / 'camseg',
                    '--table', 'seem-no-barrier', '--workers', '2')
    assert settings['classes'] == list(SEEM) and settings['table']['unlabelled'] == [0, 255]
    maps = [read_regions(path) for path in (tmp_path / 'out').rglob('*.png')]
    assert len(maps) == 6 * len(dataset)
    for labels in maps:
        assert (labels[:, :64] == 255).all() and (labels[:, 64:] == 10).all()


def test_worsened_truth_does_not_depend_on_shards(
    minidrive_tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture,
) -> None:
    options = ('--accuracy', '0.75', '--seed', '3', '--check-keyframes', '2')
    settings = _run(minidrive_tiny, 'minidrive', tmp_path / 'whole', *options)
    assert settings['classes'][10] == 'driveable_surface' and settings['accuracy'] == 0.75
    assert 'projected points with a lidarseg label' in capsys.readouterr().out
    for shard in ('0', '1'):
        _run(minidrive_tiny, 'minidrive', tmp_path / 'parts', *options, '--num-shards', '2',
             '--shard-id', shard, '--workers', '2')
    assert _files(tmp_path / 'parts') == _files(tmp_path / 'whole') and len(
        _files(tmp_path / 'whole')) == 36
    measured = json.loads((tmp_path / 'parts' / 'accuracy.json').read_text())
    assert measured['accuracy'] == pytest.approx(0.75, abs=0.03)
    assert measured['true_accuracy'] > 0.9
    _run(minidrive_tiny, 'minidrive', tmp_path / 'truth', '--check-keyframes', '2')
    assert json.loads((tmp_path / 'truth' / 'accuracy.json').read_text())['severity'] == 0
    with pytest.raises(FileExistsError, match='other settings'):
        _run(minidrive_tiny, 'minidrive', tmp_path / 'truth', *options)


@pytest.mark.parametrize(('method', 'options', 'missing'), [
    ('grounded-sam', ('--checkpoint', 'sam'), 'needs --detector'), ('png', (), 'needs --labels'),
    ('grounded-sam', ('--detector', 'dino', '--checkpoint', 'sam'), 'dino has no config.json')])
def test_missing_options_and_weights(
    minidrive_tiny: Path, tmp_path: Path, method: str, options: tuple[str, ...], missing: str,
) -> None:
    with pytest.raises((ValueError, FileNotFoundError), match=missing):
        _run(minidrive_tiny, method, tmp_path / 'out', *options)
    assert not (tmp_path / 'out').exists()
