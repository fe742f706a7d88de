"""Detectors of mmdet3d that learn a few frames by heart."""
from __future__ import annotations

from pathlib import Path

from mmengine.config import Config
from mmengine.runner import Runner


def learn_by_heart(cfg: Config, work_dir: Path, epochs: int, start_factor: float,
                   score: str) -> tuple[float, float]:
    """Train quietly at 3e-3, in this process.

    Args:
        cfg: of the detector, whose evaluator scores the frames that it trains on.
        work_dir: of the run.
        epochs: of the training.
        start_factor: of the rate, which rises over 30 steps.
        score: name of the metric.

    Returns:
        The score before and after.
    """
    cfg.merge_from_dict({
        'work_dir': str(work_dir), 'log_level': 'WARNING', 'visualizer.vis_backends': [],
        'train_cfg.max_epochs': epochs, 'train_cfg.val_interval': epochs,
        'optim_wrapper.optimizer.lr': 3e-3, 'default_hooks.checkpoint.interval': -1,
        'param_scheduler': [
            dict(type='LinearLR', start_factor=start_factor, end=30, by_epoch=False), dict(
                type='CosineAnnealingLR', T_max=epochs, eta_min=1e-4, convert_to_iter_based=True)]})
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        loader.update(num_workers=0, persistent_workers=False)
    runner = Runner.from_cfg(cfg)
    runner.model.init_weights()
    before = runner.test()[score]
    runner.train()
    return before, runner.message_hub.get_scalar(f'val/{score}').current()
