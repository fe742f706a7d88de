"""Compare pre-trainings of 3D encoders on MiniDrive by linear probes and few labels.

Safe to interrupt: the same command continues where it stopped. In the default work directory the
ledger of claims (tools/claims.py) shares the runs.

Examples:
    python tools/benchmarks/pretraining_3d.py --quick
    python tools/benchmarks/pretraining_3d.py --methods random ppkt slidr simple_remedies scalr \\
        --seeds 3 --out docs/benchmarks/pretraining_3d.json
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.chain.command_line import (
    add_chain_arguments,
    chain_folders,
    exit_code_of,
    print_plan,
)
from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.plan import estimate_s
from mmcrossdistill.claims.pretraining_3d import METHODS, RANDOM, plan_benchmark, run_benchmark

ROOT = Path(__file__).resolve().parents[2]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--methods', nargs='+', choices=[RANDOM, *METHODS], metavar='METHOD',
                        default=[RANDOM, *METHODS],
                        help=f'of {", ".join([RANDOM, *METHODS])} (default: all)')
    parser.add_argument('--seeds', type=int, metavar='N',
                        help='repetitions of all trainings (default: 3, with --quick 1)')
    add_chain_arguments(parser, 'claims')
    parser.add_argument('--out', type=Path, help='JSON file; table and picture lie beside it '
                                                 '(default: pretraining_3d.json in the work '
                                                 'directory)')
    parser.add_argument('--dry-run', action='store_true',
                        help='print the commands and the estimated time')
    args = parser.parse_args()
    args.seeds = args.seeds if args.seeds is not None else 1 if args.quick else 3
    if min(args.seeds, args.workers, args.jobs) < 1:
        parser.error('--seeds, --workers and --jobs must be at least 1')
    return args


def _run(args: argparse.Namespace) -> None:
    """Measure, or say how."""
    work_dir, data = chain_folders(args, 'claims', ROOT)
    options = RunOptions(
        work_dir=work_dir, data=data, quick=args.quick, seeds=args.seeds, seed=args.seed,
        workers=args.workers, jobs=args.jobs)
    if args.dry_run:
        steps = plan_benchmark(args.methods, options, ROOT)
        print_plan(steps, estimate_s(steps, args.jobs), args.jobs)
        return
    out = args.out or ROOT / work_dir / 'pretraining_3d.json'
    print(f'results: {run_benchmark(args.methods, options, ROOT, out).with_suffix(".md")}')


def main() -> int:
    """Run the benchmark.

    Returns:
        0, 1 if it failed, 130 if interrupted.
    """
    args = parse_args()
    return exit_code_of(lambda: _run(args), FileNotFoundError, ValueError)


if __name__ == '__main__':
    raise SystemExit(main())
