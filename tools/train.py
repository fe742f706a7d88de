"""Train a model: ``python tools/train.py CONFIG [--resume] [--cfg-options key=value ...]``."""
from __future__ import annotations

import argparse
import os

from mmengine.config import Config, DictAction

from mmcrossdistill.utils import run_config
from mmcrossdistill.utils.heap import keep_freed_memory


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Train a model')
    parser.add_argument('config', help='path of the config')
    parser.add_argument('--work-dir', help='folder of logs and checkpoints')
    parser.add_argument(
        '--resume', nargs='?', const='auto',
        help='continue from this checkpoint, or without a value from the newest of the work dir')
    parser.add_argument(
        '--amp', action='store_true',
        help='train in mixed precision: float16 on CUDA, bfloat16 on the CPU')
    parser.add_argument(
        '--auto-scale-lr', action='store_true',
        help='scale the learning rate by real batch size / auto_scale_lr.base_batch_size')
    parser.add_argument(
        '--cfg-options', nargs='+', action=DictAction,
        help='overrides, e.g. train_cfg.max_epochs=2 randomness.seed=1 key="[a,b]"')
    parser.add_argument(
        '--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none')
    # Older launchers pass the rank as an argument, torchrun only sets the variable.
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)
    args = parser.parse_args()
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    return args


def prepare(args: argparse.Namespace) -> Config:
    """Make the config of the run; what the user can mend ends the program without a traceback."""
    try:
        cfg = run_config.load_run_config(
            args.config, args.work_dir, args.cfg_options, args.launcher)
        run_config.set_resume(cfg, args.resume)
        if args.amp:
            run_config.set_amp(cfg)
        if args.auto_scale_lr:
            run_config.set_auto_scale_lr(cfg)
    except run_config.USER_ERRORS as error:
        raise SystemExit(f'train.py: {error}') from error
    return cfg


def main() -> None:
    """Build the runner and train."""
    keep_freed_memory()
    run_config.build_runner(prepare(parse_args())).train()


if __name__ == '__main__':
    main()
