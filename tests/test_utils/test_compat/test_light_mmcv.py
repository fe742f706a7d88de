"""The demonstration's light set-up: mmcv without its compiled operators."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import mmcv
import pytest


@pytest.fixture
def light_environment(tmp_path: Path) -> dict[str, str]:
    """Variables under which mmcv is found without operators, as mmcv-lite is."""
    ignored = shutil.ignore_patterns('ops', '_ext*', '__pycache__')
    shutil.copytree(Path(mmcv.__file__).parent, tmp_path / 'mmcv', ignore=ignored)
    paths = [str(tmp_path), *filter(None, [os.environ.get('PYTHONPATH')])]
    return {**os.environ, 'PYTHONPATH': os.pathsep.join(paths)}


def run(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess:
    """Run Python code in a process of its own."""
    return subprocess.run([sys.executable, '-c', code], env=environment, capture_output=True,
                          text=True)


def test_the_parts_of_pre_training_import_without_operators(light_environment) -> None:
    done = run('import mmcrossdistill, mmcv, sys\n'
               'import mmcrossdistill.models, mmcrossdistill.datasets, mmcrossdistill.evaluation\n'
               'import mmcrossdistill.engine, mmpretrain.models\n'
               'print(mmcv.__file__, "mmcv.ops" in sys.modules)', light_environment)
    folder = light_environment['PYTHONPATH'].split(os.pathsep)[0]
    assert done.stdout.split() == [f'{folder}/mmcv/__init__.py', 'False'], done.stderr[-2000:]


def test_what_needs_operators_says_how_to_get_them(light_environment) -> None:
    done = run('import mmcrossdistill, mmdet3d.models', light_environment)
    assert done.returncode == 1
    assert 'run `make setup`' in done.stderr.splitlines()[-1]
