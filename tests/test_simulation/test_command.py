"""The command line."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from mmcrossdistill.simulation.command import add_arguments, run
from mmcrossdistill.simulation.plan import SIZES, SizePreset


def parse(*words: str) -> argparse.Namespace:
    """Parse a command line."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


def test_it_generates_and_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                  capsys: pytest.CaptureFixture) -> None:
    counts = {'reference': 1, 'unlabelled': 1, 'probe': 0, 'dev': 0, 'val': 0}
    monkeypatch.setitem(SIZES, 'tiny', SizePreset(counts, 1, (72, 128), 40))
    out = tmp_path / 'world'
    args = parse('--out', str(out), '--size', 'tiny', '--workers', '1', '--image-size', '30', '60',
                 '--conditions', '0', '0', '1')
    assert run(args) == 0
    assert '2 scenes, 12 keyframe pictures' in capsys.readouterr().out
    header = json.loads((out / 'minidrive.json').read_text())
    assert header['image_size'] == [30, 60] and header['conditions'] == [0, 0, 1]
    rows = json.loads((out / 'v1.0-trainval/sample_data.json').read_text())
    assert {(row['height'], row['width']) for row in rows if 'CAM' in row['filename']} == {(30, 60)}
    scenes = json.loads((out / 'v1.0-trainval/scene.json').read_text())
    assert [scene['description'].startswith('Night') for scene in scenes] == [False, True]


@pytest.mark.parametrize(('words', 'message'), [
    (('--image-size', '8', '200'), 'at least 16'),
    (('--conditions', '0', '0', '0'), 'positive sum'),
    (('--conditions', '1', '-1', '1'), 'not be negative')])
def test_values_out_of_range_are_refused(tmp_path: Path, words: tuple[str, ...], message: str
                                         ) -> None:
    with pytest.raises(ValueError, match=message):
        run(parse('--out', str(tmp_path), '--size', 'tiny', *words))


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(SystemExit):
        parse('--size', 'huge')
