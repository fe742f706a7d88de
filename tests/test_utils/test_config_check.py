"""The static checker finds what would fail at build time, and nothing else."""
from __future__ import annotations

import pytest
from mmengine.config import Config

from mmcrossdistill.utils.config_check import ConfigError, check_config, ensure_valid


@pytest.fixture
def toy(repo_root):
    """A config without problems."""
    return Config.fromfile(repo_root / 'tests/data/toy_config.py')


def test_a_right_config_has_no_problems(toy):
    assert check_config(toy) == []


_MISTAKES = {
    # key: (wrong value, the owner that refuses it or the registry, what is suggested)
    'model.type': ('ToyModl', "'model'", 'ToyModel'),
    'model.bais': (1, 'ToyModel', 'bias'),
    'train_dataloader.batchsize': (1, 'a data loader', 'batch_size'),
    'train_dataloader.dataset.lenght': (1, 'ToyLine', 'length'),
    'train_dataloader.sampler.type': ('DefaultSample', "'data sampler'", 'DefaultSampler'),
    'optim_wrapper.optimizer.type': ('AdamWW', "'optimizer'", 'AdamW'),
    'optim_wrapper.optimizer.weight_deccay': (0, 'AdamW', 'weight_decay'),
    'optim_wrapper.clip_gard': ({}, 'OptimWrapper', 'clip_grad'),
    'param_scheduler.0.T_maximum': (3, 'CosineAnnealingLR', 'T_max'),
    'default_hooks.logger.intervall': (3, 'LoggerHook', 'interval'),
    'default_hooks.param_scheduler.type': ('ParamSchedulerHok', "'hook'", 'ParamSchedulerHook'),
    'val_evaluator.type': ('ToyEror', "'metric'", 'ToyError'),
    'val_evaluator.prefx': ('a', 'ToyError', 'prefix'),
    'train_cfg.max_epoch': (3, 'EpochBasedTrainLoop', 'max_epochs'),
    'visualizer.vis_backends.0.type': ('LocalVisBackends', "'vis_backend'", 'LocalVisBackend'),
}


@pytest.mark.parametrize('key', _MISTAKES)
def test_a_mistake_is_named_with_a_suggestion(toy, key):
    value, owner, suggestion = _MISTAKES[key]
    toy.merge_from_dict({key: value})
    problem = next(problem for problem in check_config(toy) if problem.startswith(f'{key}: '))
    assert owner in problem
    assert f"did you mean '{suggestion}'" in problem


def test_a_mistyped_top_level_key_is_named(toy):
    toy.merge_from_dict({'train_dataloder.batch_size': 1})
    assert check_config(toy) == [
        "train_dataloder: unknown top-level key; did you mean 'train_dataloader'?"]


def test_a_misnamed_key_of_a_base_is_switched_off_by_none(toy):
    toy.eval_dataloader = dict(batch_size=1)
    assert check_config(toy) == [
        "eval_dataloader: unknown top-level key; did you mean 'val_dataloader'?"]
    toy.eval_dataloader = None
    assert check_config(toy) == []


def test_a_sampler_below_a_model_draws_boxes(toy):
    toy.model.train_cfg = dict(sampler=dict(type='DefaultSampler'))
    assert any(problem.startswith("model.train_cfg.sampler.type: 'DefaultSampler' is not in")
               for problem in check_config(toy))


def test_a_missing_argument_is_named(toy):
    toy.custom_hooks = [dict(type='EarlyStoppingHook', rule='less')]
    assert check_config(toy) == ['custom_hooks.0: EarlyStoppingHook needs monitor']


def test_other_libraries_are_reached_by_scope_and_helpers_may_have_any_name(toy):
    toy.merge_from_dict({
        'data_root': 'data', 'my_pipeline': [dict(type='Whatever')],
        'custom_hooks': [dict(type='mmengine.EMAHook', momentum=0.1, priority='HIGH')],
        'optim_wrapper.paramwise_cfg': dict(norm_decay_mult=0.)})
    assert check_config(toy) == []
    toy.custom_hooks[0].type = 'EMAHook'
    toy.custom_hooks[0]._scope_ = 'mmengine'
    assert check_config(toy) == []


def test_iteration_based_training_and_nested_metrics_are_known(toy):
    toy.train_cfg = dict(by_epoch=False, max_iters=10)
    toy.val_evaluator = dict(type='Evaluator', metrics=[dict(type='ToyError')])
    assert check_config(toy) == []
    toy.train_cfg.max_iter = 10
    assert any('IterBasedTrainLoop takes no such' in problem for problem in check_config(toy))


def test_all_problems_come_in_one_error(toy):
    toy.merge_from_dict({'model.bais': 1, 'train_cfg.max_epoch': 3})
    with pytest.raises(ConfigError, match='(?s)file.py .*model.bais.*train_cfg.max_epoch'):
        ensure_valid(toy, 'file.py')
