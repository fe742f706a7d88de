"""Titles of compared files."""
from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from mmcrossdistill.utils.file_titles import name_files


def test_titles_by_default_and_by_wish() -> None:
    parser = argparse.ArgumentParser()
    assert name_files(parser, ['a/x.json'], None) == {'predicted': Path('a/x.json')}
    paths = ['a/x.json', 'b/x.json']
    assert name_files(parser, paths, None) == {'a': Path(paths[0]), 'b': Path(paths[1])}
    assert name_files(parser, paths, ['one', 'two']) == {
        'one': Path(paths[0]), 'two': Path(paths[1])}


@pytest.mark.parametrize('titles', [['one'], ['one', 'one'], ['one', 'two', 'three']])
def test_titles_that_do_not_fit(titles: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        name_files(argparse.ArgumentParser(), ['a/x.json', 'b/x.json'], titles)
    assert '2 files need as many different titles' in capsys.readouterr().err


def test_files_of_one_folder_need_titles(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        name_files(argparse.ArgumentParser(), ['a/x.json', 'a/y.json'], None)
    assert "got ['a', 'a']" in capsys.readouterr().err
