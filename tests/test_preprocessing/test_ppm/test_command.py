"""Tests of the ppm command on synthetic scans."""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from mmcrossdistill.preprocessing.info_file import write_infos
from mmcrossdistill.preprocessing.ppm import command
from mmcrossdistill.preprocessing.ppm.mining import mine
from mmcrossdistill.preprocessing.ppm.records import list_records, read_record, record_path
from mmcrossdistill.preprocessing.rigid import invert_rigid

from .conftest import Scene


@pytest.fixture(scope='module')
def root(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three keyframes with two near sweeps and one too far away; one keyframe without any."""
    root = tmp_path_factory.mktemp('ppm')
    (root / 'samples' / 'LIDAR_TOP').mkdir(parents=True)
    for index, scan in enumerate(scene.scans):
        np.column_stack([scan.points, np.zeros(len(scan.points))]).astype(np.float32).tofile(
            root / 'samples' / 'LIDAR_TOP' / f'{index}.bin')

    def sweep(index: int, time: float) -> dict:
        return dict(
            timestamp=time, sample_data_token=f's{index}', lidar_points=dict(
                lidar_path=f'samples/LIDAR_TOP/{index}.bin',
                lidar2sensor=invert_rigid(scene.scans[index].to_key).tolist()))

    def keyframe(token: str, sweeps: list[dict]) -> dict:
        return dict(
            token=token, timestamp=100.0, scene_name='a', scene_token='a', images={},
            condition='day-clear', ego2global=np.eye(4).tolist(), lidar_sweeps=sweeps[:1],
            next_lidar_sweeps=sweeps[1:], lidar_points=dict(
                num_pts_feats=5, lidar_path='0.bin', lidar2ego=np.eye(4).tolist()))

    near = [sweep(1, 99.75), sweep(10, 100.25), sweep(9, 100.5)]
    write_infos(root / 'nuscenes_infos_train.pkl', 'nuscenes', 'v1.0-trainval',
                [keyframe(token, near) for token in 'abc'] + [keyframe('lonely', [])])
    return root


def _parse(root: Path, *options: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(['--root', str(root), '--ground', 'ransac', *options])


def test_records_are_those_of_the_scans(
    root: Path, scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture,
) -> None:
    args = _parse(root, '--out', str(tmp_path))
    assert command.run(args) == 0
    assert '6 pairs of a keyframe and a sweep' in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.glob('*.npz')) == ['a.npz', 'b.npz', 'c.npz']
    path = record_path(tmp_path, 'a')
    assert list_records(path) == ['s1', 's10']
    scans = [scene.scans[index] for index in (0, 1, 10)]
    expected = mine(scans, np.eye(4), command.settings_of(args))
    assert len(expected[1].transforms) > 0
    for token, record in zip(('s1', 's10'), expected[1:], strict=True):
        np.testing.assert_array_equal(read_record(path, token).cluster, record.cluster)
        np.testing.assert_allclose(
            read_record(path, token).transforms, record.transforms, atol=1e-5)


def test_stopped_and_sharded_runs_leave_the_same_files(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    command.run(_parse(root, '--out', str(tmp_path / 'whole')))
    parts = ('--out', str(tmp_path / 'parts'))
    write = command.write_records

    def stop(path: Path, records: dict) -> None:
        if list((tmp_path / 'parts').glob('*.npz')):
            raise KeyboardInterrupt
        write(path, records)

    with monkeypatch.context() as patch:
        patch.setattr(command, 'write_records', stop)
        with pytest.raises(KeyboardInterrupt):
            command.run(_parse(root, *parts))
    assert len(list((tmp_path / 'parts').glob('*.npz'))) == 1
    for shard in ('0', '1'):
        command.run(_parse(root, *parts, '--num-shards', '2', '--shard-id', shard))
    files = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
             for name in ('whole', 'parts')]
    assert len(files[0]) == 4 and files[0] == files[1]
    with pytest.raises(FileExistsError, match='other settings'):
        command.run(_parse(root, *parts, '--cell', '0.4'))


def test_no_sweeps_and_unknown_choices(root: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='--sweeps lidar'):
        command.run(_parse(root, '--out', str(tmp_path), '--max-gap', '0.01'))
    with pytest.raises(ValueError, match='dof=6'):
        command.run(_parse(root, '--out', str(tmp_path), '--dof', '6'))
