"""Run a function on a small gloo process group and collect what each rank returns."""
from __future__ import annotations

import multiprocessing
import os
import tempfile
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

_LIMIT = timedelta(seconds=100)
# Imported once, by the server that the processes are forked from: it starts no thread and runs
# nothing, so that each process begins clean and only the import is saved.
_PRELOADED = (
    'pytest', 'torch._dynamo', 'mmengine.runner', 'mmcrossdistill.datasets',
    'mmcrossdistill.engine', 'mmcrossdistill.evaluation', 'mmcrossdistill.models')


def run_distributed(
    fn: Callable[..., Any], world_size: int = 2, args: tuple[Any, ...] = (),
) -> list[Any]:
    """Call ``fn(rank, world_size, *args)`` on every rank of a fresh CPU process group.

    The processes are new ones, so ``fn`` must be a module-level function; the first call of a
    session pays for the imports. They meet through a file, not a port: two test runs on one machine
    cannot collide. The default group is initialised before the call, so ``mmengine.dist`` and
    DistributedDataParallel work inside ``fn``.

    Args:
        fn: picklable function ``fn(rank, world_size, *args)``.
        world_size (> 0): number of processes.
        args: further picklable arguments, the same on each rank.

    Returns:
        The results in the order of ranks; tensors come back detached, on the CPU.

    Raises:
        RuntimeError: if a rank raises; the message holds that rank's traceback.
    """
    multiprocessing.set_forkserver_preload(list(_PRELOADED))
    with tempfile.TemporaryDirectory(prefix='gloo_') as folder:
        context = mp.start_processes(
            _worker, args=(fn, world_size, folder, args), nprocs=world_size, join=False,
            start_method='forkserver')
        try:
            # False until every process has ended; the first failure ends the others and raises.
            while not context.join():
                continue
        except mp.ProcessExitedException as error:
            raise RuntimeError(_first_report(folder, world_size)) from error
        return [
            torch.load(_result_file(folder, rank), weights_only=False)
            for rank in range(world_size)
        ]


def _worker(
    rank: int, fn: Callable[..., Any], world_size: int, folder: str, args: tuple[Any, ...],
) -> None:
    """Body of one process.

    Args:
        rank: number of this process.
        fn: the function under test.
        world_size: number of processes.
        folder: shared folder for the rendezvous file and the results.
        args: further arguments of ``fn``.
    """
    torch.set_num_threads(1)
    os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(world_size))
    try:
        dist.init_process_group(
            'gloo', init_method=f'file://{folder}/store', rank=rank, world_size=world_size,
            timeout=_LIMIT)
        torch.save(_detached(fn(rank, world_size, *args)), _result_file(folder, rank))
        # Gloo may close a peer's socket early otherwise, and that peer would report a broken pipe.
        dist.barrier()
        dist.destroy_process_group()
    except BaseException:
        Path(folder, f'error_{rank}.txt').write_text(traceback.format_exc())
        # No interpreter shutdown: it would wait for the group's threads, which wait for the peers.
        os._exit(1)


def _detached(value: Any) -> Any:
    """Detach every tensor in nested lists, tuples and dicts and copy it to the CPU.

    Args:
        value: what the function returned.

    Returns:
        The same structure without autograd history.
    """
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().clone()
    if isinstance(value, dict):
        return {key: _detached(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_detached(item) for item in value)
    return value


def _result_file(folder: str, rank: int) -> Path:
    """Name the file that holds one rank's result.

    Args:
        folder: the run's temporary folder.
        rank: number of the process.

    Returns:
        Path of the file.
    """
    return Path(folder, f'result_{rank}.pt')


def _first_report(folder: str, world_size: int) -> str:
    """Read the traceback of the rank that failed first: later ones only lost their peer.

    Args:
        folder: the run's temporary folder.
        world_size: number of processes.

    Returns:
        The message for the caller's error.
    """
    reports = {rank: Path(folder, f'error_{rank}.txt') for rank in range(world_size)}
    failed = [rank for rank, report in reports.items() if report.exists()]
    if not failed:
        return f'a process of {world_size} ended without a traceback (killed?)'
    first = min(failed, key=lambda rank: reports[rank].stat().st_mtime_ns)
    return f'rank {first} of {world_size} failed:\n{reports[first].read_text()}'
