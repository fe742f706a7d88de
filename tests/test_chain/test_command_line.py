"""Folders from the command line."""
from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from mmcrossdistill.chain.command_line import add_chain_arguments, chain_folders


@pytest.mark.parametrize('words, work_dir, data', [
    ([], 'work_dirs/x', 'data/minidrive'),
    (['--quick'], 'work_dirs/x_quick', 'data/minidrive_tiny'),
    (['--work-dir', 'a', '--data', '{root}/b'], 'a', 'b'),
    (['--work-dir', '/elsewhere/c', '--quick'], '/elsewhere/c', 'data/minidrive_tiny')])
def test_folders_are_seen_from_the_repository(words, work_dir, data, tmp_path, monkeypatch):
    root = tmp_path.resolve()
    monkeypatch.chdir(root)
    parser = argparse.ArgumentParser()
    add_chain_arguments(parser, 'x')
    args = parser.parse_args([word.format(root=root) for word in words])
    assert chain_folders(args, 'x', root) == (Path(work_dir), Path(data))
