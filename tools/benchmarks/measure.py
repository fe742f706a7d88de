"""Time and memory of a call, and the report of what was measured, for the benchmarks."""
from __future__ import annotations

import argparse
import ctypes
import gc
import json
import shlex
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch


def add_measure_arguments(parser: argparse.ArgumentParser, repeats: int = 5) -> None:
    """Add what every benchmark on any device takes: ``--repeats``, ``--device`` and ``--out``.

    Args:
        parser: of the benchmark.
        repeats: default of its rounds.
    """
    parser.add_argument(
        '--repeats', type=int, default=repeats, help='after one that warms up')
    parser.add_argument('--device', default='cpu')
    parser.add_argument('--out', type=Path, help='json file')


def time_ms(call: Callable[[], Any], on_gpu: bool = False) -> tuple[float, Any]:
    """Measure one call.

    Args:
        call: without arguments.
        on_gpu: whether to wait for the GPU and to take the wall clock.

    Returns:
        Milliseconds: of CPU time of all threads on the CPU, where other programs then count little.
        What the call gave.
    """
    clock = time.perf_counter if on_gpu else time.process_time
    start = clock()
    result = call()
    if on_gpu:
        torch.cuda.synchronize()
    return 1e3 * (clock() - start), result


def median_ms(
    calls: Mapping[str, Callable[[], Any]], repeats: int, on_gpu: bool = False,
) -> dict[str, float]:
    """Time several calls in turn, so that a change of the machine's speed meets them all.

    Args:
        calls: by name.
        repeats: rounds, after one that warms up.
        on_gpu: see :func:`time_ms`.

    Returns:
        Median of each call, milliseconds.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats + 1):
        for name, call in calls.items():
            times[name].append(time_ms(call, on_gpu)[0])
    return {name: statistics.median(values[1:]) for name, values in times.items()}


def peak_extra_mb(call: Callable[[], Any], on_gpu: bool = False) -> float:
    """Measure by how much a call raises the memory in use, at its highest.

    Args:
        call: without arguments.
        on_gpu: whether the GPU's allocator is asked instead of the kernel.

    Returns:
        MiB.

    Raises:
        OSError: on a system without Linux' process files.
    """
    gc.collect()
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        call()
        return (torch.cuda.max_memory_allocated() - before) / 2 ** 20
    # Freed memory goes back first, and the kernel's high-water mark is set to the present size.
    ctypes.CDLL('libc.so.6').malloc_trim(0)
    Path('/proc/self/clear_refs').write_text('5')
    before = _status_kb('VmRSS')
    call()
    return (_status_kb('VmHWM') - before) / 2 ** 10


def print_report(numbers: Mapping[str, Any], device: str, out: Path | None = None) -> None:
    """Print what was measured as json, with the command and what ran it.

    Args:
        numbers: the measurements and the sizes they belong to.
        device: where it ran.
        out: file that gets the same text.
    """
    report = dict(
        command=shlex.join(['python', *sys.argv]), torch=torch.__version__,
        threads=torch.get_num_threads(), device=device, **numbers)
    text = json.dumps(report, indent=1)
    print(text)
    if out is not None:
        out.write_text(f'{text}\n')


def _status_kb(key: str) -> int:
    """Read a size from the kernel's status of this process.

    Args:
        key: name of the line.
    """
    lines = Path('/proc/self/status').read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f'{key}:')).split()[1])
