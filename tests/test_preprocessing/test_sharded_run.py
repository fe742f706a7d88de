"""Tests of sharded work."""
from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mmcrossdistill.preprocessing.sharded_run import (
    claim_folder,
    read_settings,
    run_items,
    summarise,
    take_shard,
)


def _make_writer(folder: Path) -> Callable[[int], None]:
    return lambda item: (folder / str(item)).write_text(str(item * item))


@pytest.mark.parametrize('workers', [1, 2])
def test_every_item_is_worked_on_once(tmp_path: Path, workers: int) -> None:
    seconds = run_items(range(7), partial(_make_writer, tmp_path), workers)
    assert len(seconds) == 7 and min(seconds) > 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        str(item): str(item * item) for item in range(7)}


def test_shards_are_a_partition() -> None:
    parts = [take_shard(range(11), 3, shard) for shard in range(3)]
    assert sorted(sum(parts, [])) == list(range(11))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    with pytest.raises(ValueError, match='--shard-id 3'):
        take_shard(range(11), 3, 3)


def test_a_folder_keeps_its_settings(tmp_path: Path) -> None:
    claim_folder(tmp_path / 'a', dict(method='slic', size=(1, 2)))
    claim_folder(tmp_path / 'a', dict(method='slic', size=(1, 2)))
    assert read_settings(tmp_path / 'a', 'tool.py') == dict(method='slic', size=[1, 2])
    with pytest.raises(FileNotFoundError, match='settings.json.* that tool.py wrote'):
        read_settings(tmp_path / 'b', 'tool.py')
    with pytest.raises(FileExistsError, match='settings.json'):
        claim_folder(tmp_path / 'a', dict(method='sam', size=(1, 2)))


def test_nothing_to_do_and_no_workers() -> None:
    assert run_items([], partial(_make_writer, Path())) == []
    with pytest.raises(ValueError, match='--workers 0'):
        run_items([1], partial(_make_writer, Path()), 0)


def test_summary() -> None:
    assert summarise([], 'image', 3) == '0 images written, 3 were there'
    text = summarise([.001, .002, .009], 'image', 0)
    assert 'median 2 ms' in text and 'mean 4 ms' in text
