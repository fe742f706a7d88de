"""Fixtures shared by all tests."""
from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import pytest
import torch

REPO_ROOT = Path(__file__).resolve().parents[1]


def pytest_configure() -> None:
    """Several processes share the cores (pytest -n): one thread each, also in what they start."""
    if 'PYTEST_XDIST_WORKER' in os.environ:
        os.environ['OMP_NUM_THREADS'] = '1'
        torch.set_num_threads(1)


@pytest.fixture(scope='session')
def repo_root() -> Path:
    """Root of the checkout."""
    return REPO_ROOT


@pytest.fixture(scope='session')
def real_data() -> Path:
    """Folder of real sensor frames; the test is skipped where there is none."""
    folder = Path(os.environ.get('MMCD_REAL_DATA', REPO_ROOT.parent / 'shared' / 'real'))
    if not folder.is_dir():
        pytest.skip(f'no real frames: {folder} does not exist; set MMCD_REAL_DATA')
    return folder


@pytest.fixture(scope='session')
def minidrive_tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny MiniDrive world with its infos, made once per test run."""
    from mmcrossdistill.preprocessing.nuscenes_infos import build_infos
    from mmcrossdistill.testing.minidrive import make_tiny_world
    root = make_tiny_world(tmp_path_factory.mktemp('minidrive') / 'tiny')
    build_infos(root, root)
    return root


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Every test starts from the same random state."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
