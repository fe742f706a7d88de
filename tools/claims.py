"""Measure the papers' claims on MiniDrive (run), and write the ledger (report).

Safe to interrupt: the same command continues where it stopped, and a report can be written in
between.

Examples:
    python tools/claims.py run --dry-run
    python tools/claims.py run --seeds 3
    python tools/claims.py run --ids CD-03 CD-11 --seeds 3
    python tools/claims.py report --work-dir work_dirs/claims
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.chain.command_line import (
    add_chain_arguments,
    chain_folders,
    check_counts,
    exit_code_of,
    print_plan,
)
from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.plan import estimate_s
from mmcrossdistill.claims.registry import CLAIMS, RECIPES
from mmcrossdistill.claims.session import plan_run, report_claims, run_claims

ROOT = Path(__file__).resolve().parents[1]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    run = commands.add_parser('run', help='measure claims')
    run.add_argument('--ids', nargs='+', default=[], metavar='ID',
                     help='of claims, or beginnings such as CD-08 or SL (default: all)')
    run.add_argument('--seeds', type=int, metavar='N', help='repetitions of all trainings '
                                                            '(default: 3, with --quick 2)')
    add_chain_arguments(run, 'claims')
    run.add_argument('--dry-run', action='store_true',
                     help='print the commands and the estimated time')
    report = commands.add_parser('report', help='write the ledger')
    report.add_argument('--work-dir', type=Path,
                        help='take the finished runs of this directory into the ledger')
    report.add_argument('--out', type=Path, default=ROOT / 'docs/claims.json',
                        help='the ledger; its page lies beside it')
    args = parser.parse_args()
    if args.command == 'run':
        args.seeds = args.seeds if args.seeds is not None else 2 if args.quick else 3
        check_counts(parser, args)
    return args


def _run(args: argparse.Namespace) -> None:
    """Measure claims, or say how."""
    work_dir, data = chain_folders(args, 'claims', ROOT)
    options = RunOptions(
        work_dir=work_dir, data=data, ids=tuple(args.ids), quick=args.quick, seeds=args.seeds,
        seed=args.seed, workers=args.workers, jobs=args.jobs)
    if args.dry_run:
        steps = plan_run(CLAIMS, RECIPES, options, ROOT)
        print_plan(steps, estimate_s(steps, args.jobs), args.jobs)
        return
    ledger = run_claims(CLAIMS, RECIPES, options, ROOT)
    print(f'ledger: {ledger.with_suffix(".md")}')


def _report(args: argparse.Namespace) -> None:
    """Write the ledger from what has been measured."""
    print(report_claims(CLAIMS, RECIPES, args.work_dir, ROOT, args.out))


def main() -> int:
    """Run the command.

    Returns:
        0, 1 if it failed, 130 if interrupted.
    """
    args = parse_args()
    run = {'run': _run, 'report': _report}[args.command]
    return exit_code_of(lambda: run(args), FileNotFoundError, ValueError)


if __name__ == '__main__':
    raise SystemExit(main())
