"""The small tools, run in this process: they only read."""
from __future__ import annotations


def test_check_config_lists_problems_and_sets_the_exit_status(run_here, tmp_path):
    bad = tmp_path / 'bad.py'
    bad.write_text("default_scope = 'mmcrossdistill'\ntrain_cfg = dict(max_epoch=1)\n")
    unreadable = tmp_path / 'unreadable.py'
    unreadable.write_text("_base_ = ['nowhere.py']\n")
    status, out = run_here('misc/check_config.py', bad, 'tests/data/toy_config.py', unreadable)
    assert status == 1
    assert f'{bad}: 2 problems' in out
    assert "train_cfg.max_epoch: EpochBasedTrainLoop takes no such argument; did you mean " \
        "'max_epochs'?" in out
    assert 'tests/data/toy_config.py: ok' in out
    assert 'cannot be read' in out and 'nowhere.py' in out


def test_check_config_accepts_a_right_config(run_here):
    assert run_here('misc/check_config.py', 'tests/data/toy_config.py') == (
        0, 'tests/data/toy_config.py: ok\n')


def test_print_config_shows_the_merged_config_and_where_a_key_comes_from(run_here):
    status, out = run_here(
        'misc/print_config.py', 'tests/data/toy_config.py', '--origin', '--cfg-options',
        'randomness.seed=3')
    assert status == 0
    assert 'seed=3' in out
    assert 'default_hooks.logger.interval: tests/data/toy_config.py' in out
    assert 'default_hooks.timer.type: configs/_base_/default_runtime.py' in out
    assert 'randomness.seed: --cfg-options' in out


def test_collect_env_names_the_versions(run_here):
    status, out = run_here('misc/collect_env.py')
    assert status == 0
    assert all(f'{name}: ' in out for name in ('mmcrossdistill', 'torch', 'mmengine', 'mmcv ops'))
