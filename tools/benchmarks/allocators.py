"""Train for some steps with the C library's allocator and with preloaded ones, in turn.

A real training, as its heap fills with blocks of many sizes: points and voxels differ from batch to
batch. All allocators must give the same losses to the last bit.

Example:
    OMP_NUM_THREADS=1 python tools/benchmarks/allocators.py configs/cd/minidrive_stage1.py \\
        --preload /usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4 --steps 300 --train-args \\
        "--cfg-options model.backbone_2d.init_cfg.checkpoint=work_dirs/reference/epoch_8.pth"
"""
from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measure import print_report

from mmcrossdistill.chain.processes import end_all
from mmcrossdistill.chain.run_logs import read_scalars

_TRAIN = Path(__file__).resolve().parents[1] / 'train.py'
_C_LIBRARY = 'C library'


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='of the training')
    parser.add_argument('--preload', type=Path, nargs='+', required=True, metavar='LIBRARY',
                        help='allocators beside that of the C library')
    parser.add_argument('--train-args', default='', help='more for tools/train.py, in one string')
    parser.add_argument('--steps', type=int, default=200,
                        help='of each run; the second half of what it logs counts')
    parser.add_argument('--rounds', type=int, default=2, help='runs of each allocator')
    parser.add_argument('--out', type=Path, help='json file')
    args = parser.parse_args()
    missing = [str(path) for path in args.preload if not path.is_file()]
    if missing:
        parser.error(f'--preload: no such file: {", ".join(missing)}; Debian has them as '
                     f'libtcmalloc-minimal4 and libjemalloc2')
    return args


def _logged(work_dir: str) -> list[dict[str, Any]]:
    """Read what a running training has logged of its steps; a line half written counts not yet."""
    try:
        return [line for line in read_scalars(Path(work_dir)) if 'lr' in line]
    except (FileNotFoundError, ValueError):
        return []


def train(args: argparse.Namespace, library: Path | None) -> list[dict[str, Any]]:
    """Train until the steps are logged, then stop.

    Args:
        args: of the command line.
        library: the allocator, None for that of the C library.

    Returns:
        What was logged of these steps.

    Raises:
        RuntimeError: if the training failed or ended before.
    """
    environment = {**os.environ, **({'LD_PRELOAD': str(library)} if library else {})}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / 'log.txt'
        with log.open('w') as stream:
            process = subprocess.Popen(
                [sys.executable, str(_TRAIN), args.config, '--work-dir', folder,
                 *shlex.split(args.train_args)],
                env=environment, stdout=stream, stderr=subprocess.STDOUT)
        running = True
        try:
            while running:
                time.sleep(1)
                running = process.poll() is None  # before it is read: what has ended has logged all
                found = _logged(folder)
                if found and found[-1]['step'] >= args.steps:
                    return [line for line in found if line['step'] <= args.steps]
        finally:
            end_all([process])
        tail = '\n'.join(log.read_text().splitlines()[-20:])
    raise RuntimeError(f'{args.config}: the training ended before {args.steps} steps:\n{tail}')


def compare(args: argparse.Namespace) -> dict[str, Any]:
    """Train with every allocator, in turn.

    Args:
        args: of the command line.

    Returns:
        Medians of each allocator over its runs.

    Raises:
        RuntimeError: if the losses differ.
    """
    libraries: list[Path | None] = [None, *args.preload]
    runs: dict[Path | None, list[list[dict[str, Any]]]] = {library: [] for library in libraries}
    for _ in range(args.rounds):
        for library in libraries:
            runs[library].append(train(args, library))
    losses = {tuple(line['loss'] for line in run) for found in runs.values() for run in found}
    if len(losses) > 1:
        raise RuntimeError('the allocators gave different losses')
    return {
        library.name if library else _C_LIBRARY: dict(
            ms_per_step=round(1e3 * statistics.median(
                line['time'] for run in found for line in run[len(run) // 2:])),
            peak_mb=round(statistics.median(run[-1]['peak_memory_mb'] for run in found)))
        for library, found in runs.items()}


def main() -> None:
    """Run the benchmark, print json and write it."""
    args = parse_args()
    print_report(dict(steps=args.steps, rounds=args.rounds, **compare(args)), 'cpu', args.out)


if __name__ == '__main__':
    main()
