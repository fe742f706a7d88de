"""Tests of tools/create_data.py as a user runs it."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def run_tool(repo_root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tool."""
    return subprocess.run(
        [sys.executable, str(repo_root / 'tools' / 'create_data.py'), *arguments], text=True,
        capture_output=True, check=False, env=dict(PYTHONPATH=str(repo_root), PATH=''))


def test_help_lists_the_sources(repo_root: Path) -> None:
    result = run_tool(repo_root, '--help')
    assert result.returncode == 0
    assert all(source in result.stdout for source in (
        'minidrive', 'nuscenes', 'nuimages', 'frames', 'kitti', 'semantickitti', 'pandaset'))


@pytest.mark.parametrize('source,message', [
    ('nuscenes', 'not the root of a nuScenes data set'),
    ('kitti', 'not a folder of KITTI object frames'),
])
def test_a_wrong_root_is_one_line(repo_root: Path, tmp_path: Path, source: str,
                                  message: str) -> None:
    result = run_tool(repo_root, source, '--root', str(tmp_path))
    assert result.returncode == 1
    assert result.stderr.startswith(f'create_data.py {source}: ') and message in result.stderr
    assert 'Traceback' not in result.stderr and result.stderr.count('\n') == 1


@pytest.mark.real_data
def test_frames(repo_root: Path, real_data: Path, tmp_path: Path) -> None:
    result = run_tool(repo_root, 'frames', '--root', str(real_data / 'nuscenes'), '--out',
                      str(tmp_path))
    assert result.returncode == 0, result.stderr
    assert (tmp_path / 'frames_infos.pkl').is_file()
    assert '2 keyframes' in result.stdout
