"""Run Collaborative Distillation end to end on a generated world and report what it gained.

Safe to interrupt: the same command continues where it stopped.
"""
from __future__ import annotations

import argparse
import os
import signal
from pathlib import Path

from mmcrossdistill.chain.runner import StepFailedError
from mmcrossdistill.chain.work_dir_lock import WorkDirInUseError
from mmcrossdistill.demo.demonstration import run_demonstration
from mmcrossdistill.demo.steps import DemoOptions

ROOT = Path(__file__).resolve().parents[1]


def parse_args() -> argparse.Namespace:
    """Read the command line.

    Returns:
        The arguments.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--work-dir', type=Path, help='results (default: work_dirs/demo, with '
                                                      '--quick work_dirs/demo_quick)')
    parser.add_argument('--data', type=Path, help='the world (default: data/minidrive, with '
                                                  '--quick data/minidrive_tiny)')
    parser.add_argument('--quick', action='store_true',
                        help='tiny world, one epoch: tries the chain, its numbers mean nothing')
    parser.add_argument('--seeds', type=int, default=1, metavar='N',
                        help='repeat all training steps with N seeds; mean and spread are reported')
    parser.add_argument('--seed', type=int, default=0, help='first seed, also of the world')
    parser.add_argument('--workers', type=int, default=2, help='processes that render the world')
    parser.add_argument('--jobs', type=int, default=2, metavar='N',
                        help='steps that run at a time where they do not need each other (default: '
                             '2); they share the cores, unless you set OMP_NUM_THREADS')
    args = parser.parse_args()
    if min(args.seeds, args.workers, args.jobs) < 1:
        parser.error('--seeds, --workers and --jobs must be at least 1')
    return args


def _from_root(path: Path | None, default: str) -> Path:
    """Express a path of the command line as seen from the repository, where the steps run."""
    if path is None:
        return Path(default)
    absolute = path.resolve()
    return Path(os.path.relpath(absolute, ROOT)) if absolute.is_relative_to(ROOT) else absolute


def main() -> int:
    """Run the demonstration.

    Returns:
        0, 1 if a step failed, 130 if interrupted.
    """
    args = parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = DemoOptions(
        work_dir=_from_root(args.work_dir, 'work_dirs/demo' + '_quick' * args.quick),
        data=_from_root(args.data, 'data/minidrive' + '_tiny' * args.quick),
        quick=args.quick, seeds=args.seeds, seed=args.seed, workers=args.workers,
        jobs=args.jobs)
    try:
        report = run_demonstration(options, ROOT)
    except (StepFailedError, WorkDirInUseError) as error:
        print(f'error: {error}')
        return 1
    except KeyboardInterrupt:
        print('\ninterrupted; the same command continues from here')
        return 130
    print(f'report:  {report}\nnumbers: {report.with_name("summary.json")}')
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
