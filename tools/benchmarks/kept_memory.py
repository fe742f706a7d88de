"""Time training steps with and without keep_freed_memory, which tools/train.py calls.

The choice holds for a whole process, so each measurement is a process of its own, in turn. Two
loads: a step of CD's stage 1 on a synthetic scan of nuScenes' size, and OLIVINE's contrast of
classes, which works in blocks of 256 x 4096 numbers, 4 MiB each. Both ways must give the same loss
to the last bit.

Example:
    OMP_NUM_THREADS=1 python tools/benchmarks/kept_memory.py --out docs/benchmarks/kept_memory.json
"""
from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from cd_step import UNTRAINED, build
from measure import add_measure_arguments, print_report, time_ms
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from synthetic_frame import write_frame

from mmcrossdistill.models.losses import SupervisedContrastLoss
from mmcrossdistill.utils.heap import keep_freed_memory

LOADS = ('stage1', 'class_contrast')
WAYS = ('freed', 'kept')
_WARM_UP = 3  # steps until the heap has its size


def make_stage1(args: argparse.Namespace) -> Callable[[], float]:
    """Make a training step of CD's stage 1.

    Args:
        args: of the command line.
    """
    cfg = Config.fromfile(args.config)
    cfg.merge_from_dict(UNTRAINED)
    with tempfile.TemporaryDirectory() as folder:
        model, load = build(cfg, write_frame(Path(folder)), args)
        batch = load()
    optim = build_optim_wrapper(model, cfg.optim_wrapper)
    return lambda: model.train_step(batch, optim)['loss'].item()


def make_class_contrast(args: argparse.Namespace) -> Callable[[], float]:
    """Make OLIVINE's contrast of classes, forward and backward.

    Args:
        args: of the command line.
    """
    query, key = (
        torch.randn(args.pairs, 64, device=args.device, requires_grad=True) for _ in range(2))
    label = torch.randint(17, (args.pairs,), device=args.device)
    loss = SupervisedContrastLoss(num_classes=17)

    def step() -> float:
        value = loss(query, key, label)
        torch.autograd.grad(value, (query, key))
        return value.item()

    return step


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Run one load in this process.

    Args:
        args: with ``load`` and ``way``.

    Returns:
        Median milliseconds, page faults of a step, the highest memory, and the last loss.
    """
    if args.way == 'kept' and not keep_freed_memory():
        raise SystemExit('kept_memory.py: the C library has no mallopt, or MALLOC_... is set')
    np.random.seed(0)
    torch.manual_seed(0)
    step = {'stage1': make_stage1, 'class_contrast': make_class_contrast}[args.load](args)
    for _ in range(_WARM_UP):
        step()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    times, losses = zip(*(
        time_ms(step, args.device != 'cpu') for _ in range(args.repeats)), strict=True)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return dict(ms=statistics.median(times), loss=losses[-1], peak_mb=used.ru_maxrss / 2 ** 10,
                faults=(used.ru_minflt - before) / args.repeats)


def in_its_own_process(load: str, way: str) -> dict[str, Any]:
    """Run one load as the command line says.

    Args:
        load: of ``LOADS``.
        way: of ``WAYS``.
    """
    done = subprocess.run(
        [sys.executable, *sys.argv, '--load', load, '--way', way], check=True, text=True,
        stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def compare(load: str, rounds: int) -> dict[str, Any]:
    """Measure both ways in turn.

    Args:
        load: of ``LOADS``.
        rounds: processes of each way.

    Returns:
        Medians over the processes of each way.

    Raises:
        RuntimeError: if the losses differ.
    """
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            runs[way].append(in_its_own_process(load, way))
    losses = {run['loss'] for way in WAYS for run in runs[way]}
    if len(losses) > 1:
        raise RuntimeError(f'{load}: losses differ: {sorted(losses)}')
    middle = {way: {name: round(statistics.median(run[name] for run in runs[way]), 2)
                    for name in ('ms', 'faults', 'peak_mb')} for way in WAYS}
    return dict(**middle, freed_over_kept=round(middle['freed']['ms'] / middle['kept']['ms'], 2))


def main() -> None:
    """Run the benchmark, print json and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--loads', nargs='+', choices=LOADS, default=LOADS, help='(default: both)')
    parser.add_argument('--config', default='configs/cd/minidrive_stage1.py', help='of stage 1')
    parser.add_argument('--batch-size', type=int, default=2, help='of stage 1')
    parser.add_argument('--pairs', type=int, default=4096, help='of the contrast')
    parser.add_argument('--rounds', type=int, default=3, help='processes of each way')
    parser.add_argument('--load', choices=LOADS, help='measure one load in this process')
    parser.add_argument('--way', choices=WAYS, default='freed', help='with --load')
    add_measure_arguments(parser)
    args = parser.parse_args()
    if args.load:
        init_default_scope('mmcrossdistill')
        print(json.dumps(measure(args)))
        return
    report = {load: compare(load, args.rounds) for load in args.loads}
    print_report(dict(rounds=args.rounds, **report), args.device, args.out)


if __name__ == '__main__':
    main()
