"""Arguments, plan and end of the tools that run a chain on MiniDrive."""
from __future__ import annotations

import argparse
import os
import shlex
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from .progress import format_seconds
from .runner import StepFailedError
from .step import Step
from .work_dir_lock import WorkDirInUseError


def add_chain_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    """Add what every such tool takes.

    Args:
        parser: of the tool.
        name: of the default work directory.
    """
    parser.add_argument('--work-dir', type=Path, help=f'results (default: work_dirs/{name}, with '
                                                      f'--quick work_dirs/{name}_quick)')
    parser.add_argument('--data', type=Path, help='the world (default: data/minidrive, with '
                                                  '--quick data/minidrive_tiny)')
    parser.add_argument('--quick', action='store_true',
                        help='tiny world, one epoch: tries the chain, its numbers mean nothing')
    parser.add_argument('--seed', type=int, default=0, help='first seed, also of the world')
    parser.add_argument('--workers', type=int, default=2, help='processes that render the world')
    parser.add_argument('--jobs', type=int, default=2, metavar='N',
                        help='steps that run at a time where they do not need each other (default: '
                             '2); they share the cores, unless you set OMP_NUM_THREADS')


def check_counts(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Refuse to do nothing.

    Args:
        parser: of the tool; it ends the program.
        args: with ``seeds`` beside those of :func:`add_chain_arguments`.
    """
    if min(args.seeds, args.workers, args.jobs) < 1:
        parser.error('--seeds, --workers and --jobs must be at least 1')


def chain_folders(args: argparse.Namespace, name: str, root: Path) -> tuple[Path, Path]:
    """Find the folders of a run.

    Args:
        args: of a parser with :func:`add_chain_arguments`.
        name: of the default work directory.
        root: of the repository, where the steps run.

    Returns:
        Work directory and world; relative to the repository where they lie in it.
    """
    return (_from_root(args.work_dir, f'work_dirs/{name}' + '_quick' * args.quick, root),
            _from_root(args.data, 'data/minidrive' + '_tiny' * args.quick, root))


def print_plan(steps: Sequence[Step], seconds: float, jobs: int) -> None:
    """Print the commands of a chain and how long they take.

    Args:
        steps: of the chain.
        seconds: that all of them take together.
        jobs: steps that run at a time.
    """
    for step in steps:
        print('python', shlex.join(step.command))
    print(f'{len(steps)} steps, about {format_seconds(seconds)} with {jobs} at a time, each on a '
          'core of its own')


def exit_code_of(run: Callable[[], None], *errors: type[Exception]) -> int:
    """Run a chain's tool; SIGTERM interrupts it as Ctrl-C does.

    Args:
        run: does the work.
        errors: further exceptions whose message is all that people need.

    Returns:
        0, 1 if it failed, 130 if interrupted.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run()
    except (StepFailedError, WorkDirInUseError, *errors) as error:
        print(f'error: {error}')
        return 1
    except KeyboardInterrupt:
        print('\ninterrupted; the same command continues from here')
        return 130
    return 0


def _from_root(path: Path | None, default: str, root: Path) -> Path:
    """Express a path of the command line as seen from the repository."""
    if path is None:
        return Path(default)
    absolute = path.resolve()
    return Path(os.path.relpath(absolute, root)) if absolute.is_relative_to(root) else absolute
