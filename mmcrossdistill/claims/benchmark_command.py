"""The command line of the comparisons of pre-trainings."""
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

from .method_benchmark import RANDOM, MethodBenchmark, plan_benchmark, run_benchmark
from .options import RunOptions
from .plan import estimate_s


def parse_args(benchmark: MethodBenchmark, description: str) -> argparse.Namespace:
    """Read the command line.

    Args:
        benchmark: the comparison.
        description: of the tool.

    Returns:
        The arguments.
    """
    names = [RANDOM, *benchmark.methods]
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--methods', nargs='+', choices=names, metavar='METHOD', default=names,
                        help=f'of {", ".join(names)} (default: all)')
    parser.add_argument('--seeds', type=int, metavar='N',
                        help='repetitions of all trainings (default: 3, with --quick 1)')
    add_chain_arguments(parser, 'claims')
    parser.add_argument('--out', type=Path, help='JSON file; table and picture lie beside it '
                                                 f'(default: {benchmark.name}.json in the work '
                                                 'directory)')
    parser.add_argument('--dry-run', action='store_true',
                        help='print the commands and the estimated time')
    args = parser.parse_args()
    args.seeds = args.seeds if args.seeds is not None else 1 if args.quick else 3
    check_counts(parser, args)
    return args


def _run(benchmark: MethodBenchmark, args: argparse.Namespace, root: Path) -> None:
    """Measure, or say how."""
    work_dir, data = chain_folders(args, 'claims', root)
    options = RunOptions(
        work_dir=work_dir, data=data, quick=args.quick, seeds=args.seeds, seed=args.seed,
        workers=args.workers, jobs=args.jobs)
    if args.dry_run:
        steps = plan_benchmark(benchmark, args.methods, options, root)
        print_plan(steps, estimate_s(steps, args.jobs), args.jobs)
        return
    out = args.out or root / work_dir / f'{benchmark.name}.json'
    out = run_benchmark(benchmark, args.methods, options, root, out)
    print(f'results: {out.with_suffix(".md")}')


def main(benchmark: MethodBenchmark, description: str, root: Path) -> int:
    """Run a comparison.

    Args:
        benchmark: the comparison.
        description: of the tool.
        root: of the repository.

    Returns:
        0, 1 if it failed, 130 if interrupted.
    """
    args = parse_args(benchmark, description)
    return exit_code_of(lambda: _run(benchmark, args, root), FileNotFoundError, ValueError)
