"""Generation: determinism, resuming, errors."""
from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from mmcrossdistill.preprocessing.nuscenes_infos import build_infos
from mmcrossdistill.simulation import generate as module
from mmcrossdistill.simulation.generate import generate
from mmcrossdistill.simulation.plan import SIZES, Settings, SizePreset

MINI = SizePreset({'reference': 1, 'unlabelled': 1, 'probe': 1, 'dev': 0, 'val': 1}, 2, (36, 64),
                  60)


@pytest.fixture(autouse=True)
def mini(monkeypatch: pytest.MonkeyPatch) -> None:
    """A size of six very small scenes."""
    monkeypatch.setitem(SIZES, 'mini', MINI)


def settings(seed: int = 0, sweeps: str = 'none') -> Settings:
    """Settings of the mini size; its unlabelled scene is rainy."""
    return Settings('mini', seed, MINI.image_size, sweeps, (0.0, 1.0, 0.0))


def digest(root: Path) -> dict[str, str]:
    """Hash of every file below a folder."""
    return {str(path.relative_to(root)): hashlib.md5(path.read_bytes()).hexdigest()
            for path in sorted(root.rglob('*')) if path.is_file()}


@pytest.fixture(scope='module')
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated mini data set."""
    root = tmp_path_factory.mktemp('mini')
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SIZES, 'mini', MINI)
        generate(root, settings())
    return root


def test_the_bytes_do_not_depend_on_the_workers(finished: Path, tmp_path: Path) -> None:
    generate(tmp_path, settings(), workers=2)
    assert digest(tmp_path) == digest(finished)


def test_an_interrupted_run_is_finished(finished: Path, tmp_path: Path,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    original, calls = module._generate_group, []

    def stop_after_two(root: Path, given: Settings, group: list) -> int:
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append([spec.name for spec in group])
        return original(root, given, group)

    monkeypatch.setattr(module, '_generate_group', stop_after_two)
    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path, settings())
    assert not (tmp_path / 'v1.0-trainval').exists()
    first = list(calls)
    calls.clear()
    progress: list[int] = []
    monkeypatch.setattr(module, '_generate_group',
                        lambda *given: calls.append([s.name for s in given[2]]) or original(*given))
    generate(tmp_path, settings(), on_progress=progress.append)
    assert not {name for group in first for name in group} & {
        name for group in calls for name in group}
    assert progress[0] == sum(map(len, first)) and sum(progress) == 6
    assert digest(tmp_path) == digest(finished)


def test_chosen_scenes_have_the_bytes_of_the_whole_data_set(
        finished: Path, tmp_path: Path) -> None:
    generate(tmp_path, replace(settings(), only=('unlabelled:day-rain',)))
    part, whole = digest(tmp_path), digest(finished)
    files = [name for name in part if name.startswith(('samples/', 'lidarseg/', 'panoptic/'))]
    assert len(files) == 2 * (1 + 6 + 2)
    assert all(part[name] == whole[name] for name in files)
    assert json.loads((tmp_path / 'splits.json').read_text())['val'] == []
    assert list(build_infos(tmp_path, tmp_path)) == ['train']


def test_later_calls_add_scenes_until_the_data_set_is_whole(
        finished: Path, tmp_path: Path) -> None:
    for only, count in ((('val',), 3), (('reference',), 4), (('val',), 4), ((), 6), (('val',), 6)):
        assert len(generate(tmp_path, replace(settings(), only=only))) == count
        scenes = json.loads((tmp_path / 'v1.0-trainval/scene.json').read_text())
        assert len(scenes) == count
    assert digest(tmp_path) == digest(finished)
    with pytest.raises(ValueError, match='--only night: no scene'):
        generate(tmp_path / 'new', replace(settings(), only=('night',)))
    assert not (tmp_path / 'new').exists()
    with pytest.raises(FileExistsError, match='other settings'):
        generate(tmp_path, replace(settings(1), only=('val',)))


def test_a_finished_folder_is_left_alone(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(finished)
    monkeypatch.setattr(module, '_generate_group', lambda *given: 1 / 0)
    generate(finished, settings())
    assert digest(finished) == before


def test_other_settings_are_refused(finished: Path) -> None:
    with pytest.raises(FileExistsError, match=r'minidrive\.json.*other settings.*--out'):
        generate(finished, settings(seed=1))


def test_a_real_data_set_is_never_written_into(tmp_path: Path) -> None:
    (tmp_path / 'v1.0-trainval').mkdir()
    with pytest.raises(FileExistsError, match='not MiniDrive'):
        generate(tmp_path, settings())


def test_workers_must_be_positive(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='workers is 0'):
        generate(tmp_path, settings(), workers=0)


def test_paired_scenes_share_their_scans(finished: Path) -> None:
    splits = json.loads((finished / 'splits.json').read_text())
    assert [len(splits[name]) for name in ('reference', 'unlabelled', 'probe', 'dev', 'val')] == [
        1, 1, 1, 0, 3]
    clouds = {name: sorted((finished / 'samples/LIDAR_TOP').glob(f'*-{name}__*'))
              for name in splits['val']}
    clear, _, night = (clouds[name] for name in splits['val'])
    assert len(clear) == MINI.keyframes
    for first, second in zip(clear, night, strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_sweeps_lie_between_the_keyframes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, 'mini', SizePreset(
        {'reference': 1, 'unlabelled': 0, 'probe': 0, 'dev': 0, 'val': 0}, 2, (36, 64), 60))
    generate(tmp_path, settings(sweeps='all'))
    assert len(list((tmp_path / 'sweeps/LIDAR_TOP').iterdir())) == 9
    assert len(list((tmp_path / 'sweeps/CAM_BACK').iterdir())) == 5
    rows = json.loads((tmp_path / 'v1.0-trainval/sample_data.json').read_text())
    tokens = {row['token']: row for row in rows}
    for channel, rate in (('LIDAR_TOP', 20), ('CAM_FRONT', 12)):
        row = next(r for r in rows if f'/{channel}/' in r['filename'] and not r['prev'])
        stamps = [row['timestamp']]
        while row['next']:
            assert tokens[row['next']]['prev'] == row['token']
            row = tokens[row['next']]
            stamps.append(row['timestamp'])
        gaps = [b - a for a, b in zip(stamps, stamps[1:], strict=False)]
        assert gaps == pytest.approx([1e6 / rate] * (rate // 2), abs=2)
