"""From a config file and command-line choices to the config of one run."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

from .compat import check_pins
from .config_check import ConfigError, ensure_valid
from .cpu_distributed import use_cpu_group

# What a wrong command line or config leads to; the tools print the message and stop.
USER_ERRORS = (ConfigError, FileNotFoundError, RuntimeError)


def load_run_config(
    filename: str, work_dir: str | None = None, cfg_options: dict[str, Any] | None = None,
    launcher: str = 'none',
) -> Config:
    """Read a config, apply the options, check it and fit it to this machine.

    Args:
        filename: path of the config.
        work_dir: folder of logs and checkpoints; by default the config's own, else
            ``work_dirs/<name of the config>``.
        cfg_options: overrides by dotted key, e.g. ``{'optim_wrapper.optimizer.lr': 1e-3}``.
        launcher: ``'none'``, ``'pytorch'``, ``'slurm'`` or ``'mpi'``.

    Returns:
        The config, ready for ``Runner.from_cfg``.

    Raises:
        ConfigError: if a type, an argument or a key of the config is wrong.
        RuntimeError: if installed versions do not work together.
    """
    check_pins()
    cfg = Config.fromfile(filename)
    if cfg_options:
        cfg.merge_from_dict(cfg_options)
    ensure_valid(cfg, filename)
    cfg.launcher = launcher
    if work_dir is not None:
        cfg.work_dir = work_dir
    elif cfg.get('work_dir') is None:
        cfg.work_dir = str(Path('work_dirs') / Path(filename).stem)
    for loader in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        # torch refuses workers that persist where there are none.
        if cfg.get(loader) and not cfg[loader].get('num_workers'):
            cfg[loader].persistent_workers = False
    if launcher != 'none' and not torch.cuda.is_available():
        use_cpu_group(cfg)
    return cfg


def set_resume(cfg: Config, resume: str | None) -> None:
    """Continue an earlier run.

    Args:
        cfg: config of the run, changed in place.
        resume: ``'auto'`` for the newest checkpoint of the work dir, a path, or None for no.

    Raises:
        FileNotFoundError: if the path does not exist.
    """
    if resume is None:
        return
    if resume != 'auto' and not Path(resume).is_file():
        raise FileNotFoundError(
            f'--resume {resume}: no such checkpoint; --resume alone takes the newest one of '
            f'{cfg.work_dir}')
    cfg.resume = True
    cfg.load_from = None if resume == 'auto' else resume


def set_checkpoint(cfg: Config, checkpoint: str) -> None:
    """Load the weights of a checkpoint before the run.

    Args:
        cfg: config of the run, changed in place.
        checkpoint: path of the file.

    Raises:
        FileNotFoundError: if the path does not exist.
    """
    if not Path(checkpoint).is_file():
        raise FileNotFoundError(f'{checkpoint}: no such checkpoint')
    cfg.load_from, cfg.resume = checkpoint, False


def add_prediction_writer(cfg: Config, folder: str) -> None:
    """Let a test write the predicted class of each point, and its object, or the boxes.

    Args:
        cfg: config of the run, changed in place.
        folder: for the files, in the official format of the test data set.

    Raises:
        RuntimeError: if the config scores neither points nor boxes.
    """
    evaluators = cfg.test_evaluator
    if isinstance(evaluators, dict):
        evaluators = [evaluators]
    boxes = [evaluator for evaluator in evaluators
             if type_name(evaluator.type) == 'NuScenesDetectionMetric']
    if boxes:
        for evaluator in boxes:
            evaluator.jsonfile_prefix = folder
        return
    is_panoptic = any(type_name(evaluator.type) == 'PanopticMetric' for evaluator in evaluators)
    if not is_panoptic and not any(
            evaluator.get('target') == 'points' for evaluator in evaluators):
        raise RuntimeError(
            '--predictions writes classes of points or boxes, but no test_evaluator has '
            "target='points' or is PanopticMetric or NuScenesDetectionMetric")
    kitti = type_name(cfg.test_dataloader.dataset.type) == 'SemanticKittiDataset'
    cfg.test_evaluator = [*evaluators, dict(
        type='PanopticPredictionWriter' if is_panoptic else 'PointPredictionWriter', out_dir=folder,
        file_format='semantickitti' if kitti else 'nuscenes')]


def set_amp(cfg: Config) -> None:
    """Train in mixed precision.

    float16 with MMEngine's dynamic loss scaling on CUDA, bfloat16 elsewhere.

    Args:
        cfg: config of the run, changed in place.

    Raises:
        RuntimeError: if the config has an optimizer wrapper of its own.
    """
    wrapper = cfg.optim_wrapper
    name = type_name(wrapper.get('type', 'OptimWrapper'))
    if name in ('AmpOptimWrapper', 'BFloat16OptimWrapper'):
        return
    if name != 'OptimWrapper':
        raise RuntimeError(f'--amp replaces OptimWrapper only, but optim_wrapper.type is {name}')
    if torch.cuda.is_available():
        wrapper.update(type='AmpOptimWrapper', loss_scale='dynamic')
    else:
        wrapper.type = 'BFloat16OptimWrapper'


def set_auto_scale_lr(cfg: Config) -> None:
    """Scale the learning rate by the real batch size over the config's ``base_batch_size``.

    Args:
        cfg: config of the run, changed in place.

    Raises:
        RuntimeError: if the config does not say for which batch size its learning rate is.
    """
    if 'base_batch_size' not in cfg.get('auto_scale_lr', {}):
        raise RuntimeError(
            '--auto-scale-lr needs auto_scale_lr=dict(base_batch_size=...) in the config')
    cfg.auto_scale_lr.enable = True


def type_name(type_: str | type) -> str:
    """Name a registered type without its scope.

    Args:
        type_: what a config holds, a string or (in class-typed configs) a class.

    Returns:
        E.g. ``'OptimWrapper'`` for ``'mmengine.OptimWrapper'`` and for the class itself.
    """
    return type_.rsplit('.', 1)[-1] if isinstance(type_, str) else type_.__name__


def build_runner(cfg: Config) -> Runner:
    """Build the runner that the config asks for.

    Args:
        cfg: config of the run.

    Returns:
        MMEngine's runner, or the one named by ``runner_type``.
    """
    return RUNNERS.build(cfg) if 'runner_type' in cfg else Runner.from_cfg(cfg)
