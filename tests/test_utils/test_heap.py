"""Memory that is freed and taken again."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Page faults of taking, filling and freeing 48 MiB ten times.
_PROGRAM = """
import resource
from mmcrossdistill.utils.heap import keep_freed_memory
took = {keep} and keep_freed_memory()
size = 48 * 2 ** 20
def touch():
    return size * b'x'
touch()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    touch()
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(repo_root: Path, keep: bool, **variables: str) -> tuple[bool, int]:
    """Run the program in a process of its own; whether the library took it, and the faults."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(('MALLOC_', 'GLIBC_'))}
    done = subprocess.run(
        [sys.executable, '-c', _PROGRAM.format(keep=keep)], cwd=repo_root, check=True,
        env={**environment, **variables, 'PYTHONPATH': str(repo_root)}, capture_output=True)
    took, count = done.stdout.split()
    return took == b'True', int(count)


@pytest.mark.skipif(not sys.platform.startswith('linux'), reason="the GNU C library's allocator")
def test_pages_are_taken_once(repo_root: Path) -> None:
    took, kept = faults(repo_root, True)
    if not took:
        pytest.skip('the C library has no mallopt')
    assert kept < 1000
    # 48 MiB are 12288 pages of 4 KiB.
    assert faults(repo_root, False)[1] > 10 * kept + 10000


@pytest.mark.parametrize('variable', [
    {'MALLOC_TRIM_THRESHOLD_': '131072'}, {'GLIBC_TUNABLES': 'glibc.malloc.mmap_max=65536'}])
def test_the_choice_of_the_user_stays(repo_root: Path, variable: dict[str, str]) -> None:
    took, count = faults(repo_root, True, **variable)
    assert not took and count > 10000
