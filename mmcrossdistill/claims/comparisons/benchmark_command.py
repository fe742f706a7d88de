"""The command line of the comparisons of pre-trainings."""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.chain.command_line import exit_code_of, print_plan
from mmcrossdistill.claims.plan import estimate_s
from mmcrossdistill.claims.run_arguments import add_run_arguments, read_run_options

from .method_benchmark import (
    RANDOM,
    MethodBenchmark,
    page_path,
    plan_benchmark,
    run_benchmark,
)

_QUICK_SEEDS = 1


def parse_args(benchmark: MethodBenchmark, description: str, root: Path) -> argparse.Namespace:
    """Read the command line.

    Args:
        benchmark: the comparison.
        description: of the tool.
        root: of the repository.

    Returns:
        The arguments, and ``options`` of the run.
    """
    ablations = f'; ablations: {", ".join(benchmark.ablations)}' * bool(benchmark.ablations)
    usual = [RANDOM, *benchmark.methods]
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--methods', nargs='+', choices=benchmark.names, metavar='METHOD',
                        default=usual, help=f'{", ".join(usual)} (default: these){ablations}')
    add_run_arguments(parser, _QUICK_SEEDS)
    parser.add_argument('--out', type=Path, help='JSON file; table and picture lie beside it '
                                                 f'(default: {benchmark.name}.json in the work '
                                                 'directory)')
    args = parser.parse_args()
    args.options = read_run_options(parser, args, _QUICK_SEEDS, root)
    return args


def _run(benchmark: MethodBenchmark, args: argparse.Namespace, root: Path) -> None:
    """Measure, or say how."""
    if args.dry_run:
        steps = plan_benchmark(benchmark, args.methods, args.options, root)
        print_plan(steps, estimate_s(steps, args.jobs), args.jobs)
        return
    out = args.out or root / args.options.work_dir / f'{benchmark.name}.json'
    out = run_benchmark(benchmark, args.methods, args.options, root, out)
    print(f'results: {out.with_suffix(".md")}, with pictures '
          f'{page_path(benchmark, args.options, root)}')


def main(benchmark: MethodBenchmark, description: str, root: Path) -> int:
    """Run a comparison.

    Args:
        benchmark: the comparison.
        description: of the tool.
        root: of the repository.

    Returns:
        0, 1 if it failed, 130 if interrupted.
    """
    args = parse_args(benchmark, description, root)
    return exit_code_of(lambda: _run(benchmark, args, root), FileNotFoundError, ValueError)
