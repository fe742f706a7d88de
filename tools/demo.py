"""Run Collaborative Distillation end to end on a generated world and report what it gained.

Safe to interrupt: the same command continues where it stopped.
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.chain.command_line import (
    add_chain_arguments,
    chain_folders,
    check_counts,
    exit_code_of,
)
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
    add_chain_arguments(parser, 'demo')
    parser.add_argument('--seeds', type=int, default=1, metavar='N',
                        help='repeat all training steps with N seeds; mean and spread are reported')
    args = parser.parse_args()
    check_counts(parser, args)
    return args


def _run(args: argparse.Namespace) -> None:
    """Run the demonstration and say where its report is."""
    work_dir, data = chain_folders(args, 'demo', ROOT)
    report = run_demonstration(DemoOptions(
        work_dir=work_dir, data=data, quick=args.quick, seeds=args.seeds, seed=args.seed,
        workers=args.workers, jobs=args.jobs), ROOT)
    print(f'report:  {report}\nnumbers: {report.with_name("summary.json")}')


def main() -> int:
    """Run the demonstration.

    Returns:
        0, 1 if a step failed, 130 if interrupted.
    """
    args = parse_args()
    return exit_code_of(lambda: _run(args))


if __name__ == '__main__':
    raise SystemExit(main())
