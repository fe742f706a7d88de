"""Long work on many independent items: shards, processes, progress, and going on after a stop."""
from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from mmengine.utils import ProgressBar

from mmcrossdistill.utils.atomic_file import write_atomically

SETTINGS = 'settings.json'
Item = TypeVar('Item')


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of sharded tools.

    Args:
        parser: receives them.
    """
    parser.add_argument('--workers', type=int, default=1, help='processes')
    parser.add_argument('--num-shards', type=int, default=1,
                        help='parts of the work, e.g. jobs of a Slurm array')
    parser.add_argument('--shard-id', type=int, default=0, help='the part to do here, from 0')


def claim_folder(folder: Path, settings: Mapping[str, Any]) -> None:
    """Mark a folder with the settings of what it holds, or check that it carries the same ones.

    Args:
        folder: of the results.
        settings: everything they depend on, as JSON.

    Raises:
        FileExistsError: if it was made with others.
    """
    path = folder / SETTINGS
    wanted = json.loads(json.dumps(settings))
    if path.is_file():
        found = json.loads(path.read_text())
        if found != wanted:
            raise FileExistsError(
                f'{path}: the folder holds results of other settings ({found}, asked for '
                f'{wanted}); choose another --out or delete it')
    else:
        write_atomically(path, json.dumps(wanted, indent=1).encode())


def read_settings(folder: Path, tool: str) -> dict[str, Any]:
    """Read with which settings a folder was made.

    Args:
        folder: of the results.
        tool: that writes such folders, for the message.

    Raises:
        FileNotFoundError: if it carries none.
    """
    path = folder / SETTINGS
    if not path.is_file():
        raise FileNotFoundError(f'{path} does not exist; name a folder that {tool} wrote')
    return json.loads(path.read_text())


def take_shard(items: Sequence[Item], num_shards: int, shard_id: int) -> list[Item]:
    """Choose the items of one shard: every ``num_shards``-th.

    Args:
        items: all items, in the same order in every shard.
        num_shards: parts.
        shard_id: the part, from 0.

    Raises:
        ValueError: if there is no such part.
    """
    if not 0 <= shard_id < num_shards:
        raise ValueError(f'--shard-id {shard_id} is not in [0, {num_shards - 1}] (--num-shards)')
    return list(items[shard_id::num_shards])


def run_items(
    items: Sequence[Item], make_work: Callable[[], Callable[[Item], None]], workers: int = 1,
) -> list[float]:
    """Work on items in parallel, with a progress bar.

    Args:
        items: to work on; those done before are left out by the caller.
        make_work: called once in each process, gives what is called with each item; picklable.
        workers: processes.

    Returns:
        Seconds of each item, in the order in which they finished.

    Raises:
        ValueError: if workers < 1.
    """
    if workers < 1:
        raise ValueError(f'--workers {workers} is not positive')
    if not items:
        return []
    bar = ProgressBar(len(items))
    seconds = []
    if workers == 1:
        work = make_work()
        for item in items:
            seconds.append(_timed(work, item))
            bar.update()
    else:
        with multiprocessing.Pool(min(workers, len(items)), _prepare, (make_work,)) as pool:
            for elapsed in pool.imap_unordered(_work_here, items):
                seconds.append(elapsed)
                bar.update()
    print()
    return seconds


_work: Callable[[Any], None] | None = None  # of a worker process, which lives for one pool


def _prepare(make_work: Callable[[], Callable[[Any], None]]) -> None:
    """Make the work function of a worker process."""
    global _work
    _work = make_work()


def _work_here(item: Any) -> float:
    """Work on an item in a worker process; returns the seconds."""
    return _timed(_work, item)


def _timed(work: Callable[[Item], None], item: Item) -> float:
    """Work on an item; returns the seconds."""
    start = time.perf_counter()
    work(item)
    return time.perf_counter() - start


def summarise(seconds: Sequence[float], noun: str, skipped: int) -> str:
    """Say how long the items took.

    Args:
        seconds: of each item.
        noun: what an item is.
        skipped: items that were done before.
    """
    text = f'{len(seconds)} {noun}s written, {skipped} were there'
    if seconds:
        median, mean = 1e3 * statistics.median(seconds), 1e3 * statistics.fmean(seconds)
        text += f'; time per {noun} in one process: median {median:.0f} ms, mean {mean:.0f} ms'
    return text
