"""Measure the papers' claims on MiniDrive (run), and write the ledger (report).

Safe to interrupt: the same command continues where it stopped, and a report can be written in
between. Seeds can be measured on several machines: report adds to those that the ledger has.

Examples:
    python tools/claims.py run --dry-run
    python tools/claims.py run --seeds 3
    python tools/claims.py run --ids CD-03 CD-11 --seeds 3
    python tools/claims.py report --work-dir work_dirs/claims
    python tools/claims.py report --work-dir work_dirs/claims --ids CD-03
    python tools/claims.py report --records docs/benchmarks/{cd_minidrive,pretraining_3d}.json
    python tools/claims.py run --seeds 3 --skip 1    # the second and the third
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.chain.command_line import exit_code_of, print_plan
from mmcrossdistill.claims.papers.registry import CLAIMS, RECIPES
from mmcrossdistill.claims.plan import estimate_s
from mmcrossdistill.claims.records.record_files import read_records
from mmcrossdistill.claims.run_arguments import add_run_arguments, read_run_options
from mmcrossdistill.claims.session import plan_run, report_claims, run_claims

ROOT = Path(__file__).resolve().parents[1]
_QUICK_SEEDS = 2


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    run = commands.add_parser('run', help='measure claims')
    run.add_argument('--ids', nargs='+', default=[], metavar='ID',
                     help='of claims, or beginnings such as CD-08 or SL (default: all)')
    add_run_arguments(run, _QUICK_SEEDS)
    report = commands.add_parser('report', help='write the ledger')
    report.add_argument('--work-dir', type=Path,
                        help='take the finished runs of this directory into the ledger')
    report.add_argument('--ids', nargs='+', default=[], metavar='ID',
                        help='of the claims that are taken from --work-dir (default: those of '
                             'the last run there)')
    report.add_argument('--records', type=Path, nargs='+', default=[], metavar='FILE',
                        help='take the claims that the demonstration and the comparisons of '
                             'pre-trainings measured from their JSON files, e.g. '
                             'docs/benchmarks/cd_minidrive.json')
    report.add_argument('--out', type=Path, default=ROOT / 'docs/claims.json',
                        help='the ledger; its page lies beside it')
    args = parser.parse_args()
    if args.command == 'report' and args.ids and args.work_dir is None:
        report.error('--ids chooses from the runs of --work-dir, which is missing')
    if args.command == 'run':
        args.options = read_run_options(run, args, _QUICK_SEEDS, ROOT, tuple(args.ids))
    return args


def _run(args: argparse.Namespace) -> None:
    """Measure claims, or say how."""
    if args.dry_run:
        steps = plan_run(CLAIMS, RECIPES, args.options, ROOT)
        print_plan(steps, estimate_s(steps, args.jobs), args.jobs)
        return
    ledger = run_claims(CLAIMS, RECIPES, args.options, ROOT)
    print(f'ledger: {ledger.with_suffix(".md")}')


def _report(args: argparse.Namespace) -> None:
    """Write the ledger from what has been measured."""
    records = read_records(args.records, ROOT)
    print(report_claims(CLAIMS, RECIPES, args.work_dir, ROOT, args.out, records, args.ids))


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
