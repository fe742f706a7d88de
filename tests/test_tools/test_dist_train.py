"""The shell launchers."""
from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest


def test_two_gloo_processes_train(run_tool, tmp_path):
    run_tool(
        'dist_train.sh', 'tests/data/toy_config.py', '2', '--work-dir', tmp_path,
        '--cfg-options', 'train_cfg.max_epochs=1')
    log = next(tmp_path.glob('*/*.log')).read_text()
    # Eight samples in batches of two are four steps for one process and two for each of two.
    assert 'Epoch(train) [1][2/2]' in log
    assert (tmp_path / 'epoch_1.pth').is_file()


@pytest.mark.parametrize(('script', 'expected'), [
    ('slurm_train.sh', ['train.py', 'CFG', '--work-dir', 'LAST', '--launcher', 'slurm', '--amp']),
    ('slurm_test.sh', ['test.py', 'CFG', 'LAST', '--launcher', 'slurm', '--amp']),
])
def test_slurm_scripts_pass_their_arguments_on(repo_root, tmp_path, script, expected):
    fake = tmp_path / 'srun'
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(fake.stat().st_mode | stat.S_IEXEC)
    environment = dict(
        os.environ, PATH=f'{tmp_path}:{os.environ["PATH"]}', GPUS='4', GPUS_PER_NODE='2',
        SRUN_ARGS='--time 10 --qos low')
    done = subprocess.run(
        ['bash', str(repo_root / 'tools' / script), 'gpu', 'name', 'CFG', 'LAST', '--amp'],
        env=environment, capture_output=True, text=True, check=True)
    words = done.stdout.split()
    assert words[:3] == ['-p', 'gpu', '--job-name=name']
    assert {'--gres=gpu:2', '--ntasks=4', '--qos'} <= set(words)
    start = next(i for i, word in enumerate(words) if word.endswith('.py'))
    assert [Path(words[start]).name, *words[start + 1:]] == expected
