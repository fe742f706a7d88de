"""Test a checkpoint: ``python tools/test.py CONFIG CHECKPOINT [--out metrics.json]``."""
from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from mmengine.config import DictAction

from mmcrossdistill.utils import run_config
from mmcrossdistill.utils.heap import keep_freed_memory


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Test a checkpoint')
    parser.add_argument('config', help='path of the config')
    parser.add_argument('checkpoint', help='path of the checkpoint')
    parser.add_argument('--work-dir', help='folder of the log')
    parser.add_argument('--out', help='write the metrics to this json file')
    parser.add_argument(
        '--predictions', help='write the predicted class of each point, and its object if those '
                              'are scored, or the boxes, to this folder, in the format of the data '
                              'set')
    parser.add_argument(
        '--cfg-options', nargs='+', action=DictAction,
        help='overrides, e.g. test_dataloader.batch_size=1 key="[a,b]"')
    parser.add_argument(
        '--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none')
    # Older launchers pass the rank as an argument, torchrun only sets the variable.
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)
    args = parser.parse_args()
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    return args


def main() -> None:
    """Build the runner, load the checkpoint and evaluate."""
    args = parse_args()
    keep_freed_memory()
    try:
        cfg = run_config.load_run_config(
            args.config, args.work_dir, args.cfg_options, args.launcher)
        run_config.set_checkpoint(cfg, args.checkpoint)
        if args.predictions:
            run_config.add_prediction_writer(cfg, args.predictions)
    except run_config.USER_ERRORS as error:
        raise SystemExit(f'test.py: {error}') from error
    runner = run_config.build_runner(cfg)
    metrics = runner.test()
    if args.out and runner.rank == 0:
        Path(args.out).write_text(json.dumps(metrics, indent=2, default=float) + '\n')


if __name__ == '__main__':
    main()
