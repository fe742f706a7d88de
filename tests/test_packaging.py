"""Wheels, sdists and editable installs carry configs and tools below ``.mim``; extras are whole."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = {'det3d', 'seg', 'vit', 'preprocess', 'sam', 'vis', 'tests', 'docs', 'mim'}
SOURCES = ('setup.py', 'pyproject.toml', 'MANIFEST.in', 'README.md', 'LICENSE', 'model-index.yml')


@pytest.fixture(scope='module')
def checkout(tmp_path_factory) -> Path:
    """A small copy of the checkout, so that building leaves the real one alone."""
    copy = tmp_path_factory.mktemp('checkout')
    for name in SOURCES:
        shutil.copy(ROOT / name, copy)
    skip = shutil.ignore_patterns('__pycache__', '.mim')
    for name in ('configs', 'requirements', 'tools'):
        shutil.copytree(ROOT / name, copy / name, ignore=skip)
    (copy / 'mmcrossdistill').mkdir()
    for name in ('__init__.py', 'version.py'):
        shutil.copy(ROOT / 'mmcrossdistill' / name, copy / 'mmcrossdistill')
    return copy


def _build(checkout: Path, hook: str, target: Path) -> Path:
    """Call one hook of the build backend, as pip does, without isolation and network."""
    target.mkdir()
    code = f'from setuptools import build_meta; print(build_meta.{hook}({str(target)!r}))'
    done = subprocess.run(
        [sys.executable, '-c', code], cwd=checkout, capture_output=True, text=True, timeout=100,
        env=dict(os.environ, PYTHONPATH=''))
    assert done.returncode == 0, done.stderr[-3000:]
    return target / done.stdout.split()[-1]


def test_a_wheel_carries_configs_tools_and_the_model_index(checkout, tmp_path):
    wheel = _build(checkout, 'build_wheel', tmp_path / 'wheel')
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = (
        'configs/_base_/default_runtime.py', 'configs/cd/stage1_vits.py', 'tools/train.py',
        'tools/dist_train.sh', 'model-index.yml')
    assert {f'mmcrossdistill/.mim/{name}' for name in expected} <= names
    assert not any('__pycache__' in name for name in names)
    metadata = zipfile.ZipFile(wheel).read(
        next(name for name in names if name.endswith('/METADATA'))).decode()
    assert set(re.findall(r'Provides-Extra: (\S+)', metadata)) >= EXTRAS


def test_an_sdist_carries_all_that_the_wheel_is_made_of(checkout, tmp_path):
    sdist = _build(checkout, 'build_sdist', tmp_path / 'sdist')
    with tarfile.open(sdist) as archive:
        names = {name.partition('/')[2] for name in archive.getnames()}
    assert {'configs/cd/stage1_vits.py', 'tools/train.py', 'model-index.yml', 'setup.py',
            'requirements/optional.txt', 'requirements/constraints.txt'} <= names


def test_an_editable_install_links_to_the_sources(checkout, tmp_path):
    _build(checkout, 'build_editable', tmp_path / 'editable')
    mim = checkout / 'mmcrossdistill' / '.mim'
    assert (mim / 'tools').is_symlink()
    assert (mim / 'tools').resolve() == checkout / 'tools'
    assert (mim / 'configs' / 'cd' / 'stage1_vits.py').is_file()
    assert (mim / 'model-index.yml').is_file()


def test_every_direct_requirement_has_a_tried_version():
    constraints = (ROOT / 'requirements' / 'constraints.txt').read_text()
    pinned = {_normal(name) for name in re.findall(r'^([\w.-]+)==', constraints, re.MULTILINE)}
    for name in ('build', 'runtime', 'mminstall', 'optional', 'tests', 'docs'):
        lines = (ROOT / 'requirements' / f'{name}.txt').read_text().splitlines()
        direct = {_normal(re.match(r'[\w.-]+', line)[0]) for line in lines if line[:1].isalpha()}
        # The set-up script pins torch to the build that it has installed.
        assert direct - pinned <= {'torch'}, name


def _normal(name: str) -> str:
    """Normalise a package name as package indexes do."""
    return re.sub(r'[-_.]+', '-', name).lower()
