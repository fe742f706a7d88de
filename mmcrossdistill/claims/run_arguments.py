"""The command line of the tools that repeat trainings over seeds."""
from __future__ import annotations

import argparse
from pathlib import Path

from mmcrossdistill.chain.command_line import add_chain_arguments, chain_folders, check_counts

from .options import RunOptions

_FOLDER = 'claims'  # whose runs all of these tools share


def add_run_arguments(parser: argparse.ArgumentParser, quick_seeds: int) -> None:
    """Add the arguments.

    Args:
        parser: of the tool.
        quick_seeds: default number of repetitions with ``--quick``.
    """
    parser.add_argument('--seeds', type=int, metavar='N', help='repetitions of all trainings '
                                                               '(default: 3, with --quick '
                                                               f'{quick_seeds})')
    parser.add_argument('--skip', type=int, default=0, metavar='K',
                        help='leave the first K of these to another run, perhaps on another '
                             'machine; a result file that holds them is added to')
    add_chain_arguments(parser, _FOLDER)
    parser.add_argument('--amp', action='store_true',
                        help='train in mixed precision, see tools/train.py; faster on processors '
                             'with bfloat16 products, and never joined with seeds trained without')
    parser.add_argument('--dry-run', action='store_true',
                        help='print the commands and the estimated time')


def read_run_options(parser: argparse.ArgumentParser, args: argparse.Namespace, quick_seeds: int,
                     root: Path, ids: tuple[str, ...] = ()) -> RunOptions:
    """Check the arguments.

    Args:
        parser: of the tool; it ends the program where they make no sense.
        args: that it read.
        quick_seeds: see :func:`add_run_arguments`.
        root: of the repository.
        ids: of claims.

    Returns:
        The options.
    """
    args.seeds = args.seeds if args.seeds is not None else quick_seeds if args.quick else 3
    check_counts(parser, args)
    if not 0 <= args.skip < args.seeds:
        parser.error(f'--skip must leave at least one of {args.seeds} seeds')
    work_dir, data = chain_folders(args, _FOLDER, root)
    return RunOptions(
        work_dir=work_dir, data=data, ids=ids, quick=args.quick, seeds=args.seeds, seed=args.seed,
        skip=args.skip, workers=args.workers, jobs=args.jobs, amp=args.amp)
