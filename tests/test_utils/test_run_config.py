"""From the command line to the config of one run."""
from __future__ import annotations

import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.utils import run_config
from mmcrossdistill.utils.config_check import ConfigError

TOY = 'tests/data/toy_config.py'


@pytest.fixture(autouse=True)
def from_root(repo_root, monkeypatch):
    """Configs are named relative to the root, as on the command line."""
    monkeypatch.chdir(repo_root)


def test_work_dir_follows_option_then_config_then_file_name():
    assert run_config.load_run_config(TOY).work_dir == 'work_dirs/toy_config'
    assert run_config.load_run_config(TOY, cfg_options=dict(work_dir='mine')).work_dir == 'mine'
    assert run_config.load_run_config(TOY, 'given', dict(work_dir='mine')).work_dir == 'given'


def test_options_are_merged_and_checked():
    cfg = run_config.load_run_config(TOY, cfg_options={'optim_wrapper.optimizer.lr': 0.5})
    assert cfg.optim_wrapper.optimizer.lr == 0.5
    with pytest.raises(ConfigError, match='optim_wraper: unknown top-level key; did you mean'):
        run_config.load_run_config(TOY, cfg_options={'optim_wraper.optimizer.lr': 0.5})


def test_loaders_without_workers_keep_none_alive():
    assert Config.fromfile(TOY).train_dataloader.persistent_workers
    assert not run_config.load_run_config(TOY).train_dataloader.persistent_workers


def test_resume_from_the_newest_or_from_a_path(tmp_path):
    cfg = run_config.load_run_config(TOY)
    run_config.set_resume(cfg, None)
    assert cfg.resume is False
    run_config.set_resume(cfg, 'auto')
    assert (cfg.resume, cfg.load_from) == (True, None)
    checkpoint = tmp_path / 'epoch_1.pth'
    with pytest.raises(FileNotFoundError, match='epoch_1.pth: no such checkpoint'):
        run_config.set_resume(cfg, str(checkpoint))
    checkpoint.touch()
    run_config.set_resume(cfg, str(checkpoint))
    assert (cfg.resume, cfg.load_from) == (True, str(checkpoint))


def test_a_checkpoint_to_test_must_exist():
    cfg = run_config.load_run_config(TOY)
    with pytest.raises(FileNotFoundError, match='no/such.pth'):
        run_config.set_checkpoint(cfg, 'no/such.pth')


@pytest.mark.parametrize('dataset,file_format', [
    ('SemanticKittiDataset', 'semantickitti'), ('PairedImageLidarDataset', 'nuscenes')])
def test_predictions_take_the_format_of_the_data_set(dataset, file_format):
    metric = dict(type='ConditionSegMetric', target='points')
    cfg = Config(dict(
        test_evaluator=metric, test_dataloader=dict(dataset=dict(type=dataset))))
    run_config.add_prediction_writer(cfg, 'there')
    assert cfg.test_evaluator == [
        metric, dict(type='PointPredictionWriter', out_dir='there', file_format=file_format)]


def test_boxes_are_written_by_their_own_evaluator():
    cfg = Config(dict(test_evaluator=dict(type='mmcrossdistill.NuScenesDetectionMetric')))
    run_config.add_prediction_writer(cfg, 'there')
    assert cfg.test_evaluator.jsonfile_prefix == 'there'


def test_predictions_need_a_config_that_scores_points():
    cfg = Config(dict(test_evaluator=[dict(type='ConditionSegMetric', target='pairs')]))
    with pytest.raises(RuntimeError, match='--predictions'):
        run_config.add_prediction_writer(cfg, 'there')


def test_amp_replaces_the_plain_wrapper_by_that_of_the_device(monkeypatch):
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)
    cfg = run_config.load_run_config(TOY)
    run_config.set_amp(cfg)
    assert cfg.optim_wrapper.type == 'BFloat16OptimWrapper'
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    cfg = run_config.load_run_config(TOY)
    run_config.set_amp(cfg)
    assert (cfg.optim_wrapper.type, cfg.optim_wrapper.loss_scale) == ('AmpOptimWrapper', 'dynamic')


@pytest.mark.parametrize('name', ['AmpOptimWrapper', 'BFloat16OptimWrapper'])
def test_amp_keeps_the_mixed_precision_that_a_config_chose(name):
    cfg = run_config.load_run_config(TOY)
    cfg.optim_wrapper.type = name
    run_config.set_amp(cfg)
    assert cfg.optim_wrapper.type == name
    assert 'loss_scale' not in cfg.optim_wrapper


def test_amp_refuses_a_foreign_wrapper():
    cfg = run_config.load_run_config(TOY)
    cfg.optim_wrapper.type = 'ApexOptimWrapper'
    with pytest.raises(RuntimeError, match='type is ApexOptimWrapper'):
        run_config.set_amp(cfg)


def test_auto_scale_lr_needs_the_batch_size_of_the_rate():
    cfg = run_config.load_run_config(TOY)
    run_config.set_auto_scale_lr(cfg)
    assert cfg.auto_scale_lr.enable
    with pytest.raises(RuntimeError, match='base_batch_size'):
        run_config.set_auto_scale_lr(Config(dict(model=dict())))


def test_slurm_without_cuda_names_the_way_out(monkeypatch):
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)
    with pytest.raises(RuntimeError, match='needs CUDA devices; on CPU .* torchrun'):
        run_config.load_run_config(TOY, launcher='slurm')


def test_a_class_typed_config_is_checked_amped_and_trained(tmp_path, monkeypatch):
    typed = 'tests/data/class_typed_config.py'
    runner = run_config.build_runner(run_config.load_run_config(typed, str(tmp_path)))
    runner.train()
    assert (tmp_path / 'epoch_1.pth').is_file()
    assert type(runner.model).__name__ == 'ToyModel'
    with pytest.raises(ConfigError, match='model.bais: ToyModel takes no such argument'):
        run_config.load_run_config(typed, cfg_options={'model.bais': 1})
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    cfg = run_config.load_run_config(typed)
    run_config.set_amp(cfg)
    assert cfg.optim_wrapper.type == 'AmpOptimWrapper'
