"""Which steps run at the same time, and how long that takes."""
from __future__ import annotations

import heapq
import os
from collections.abc import Collection, Mapping, Sequence

from .step import Step


def check_order(steps: Sequence[Step]) -> None:
    """Refuse a chain that could never end.

    Args:
        steps: of the chain.

    Raises:
        ValueError: if a step reads one that does not stand before it.
    """
    seen: set[str] = set()
    for step in steps:
        absent = [name for name in step.inputs if name not in seen]
        if absent:
            raise ValueError(f'step {step.name} reads {", ".join(absent)}, which must stand before '
                             f'it in the chain')
        seen.add(step.name)


def critical_paths(steps: Sequence[Step]) -> dict[str, float]:
    """Sum typical seconds from the begin of each step to the end of the chain.

    Args:
        steps: of the chain, each behind its inputs.

    Returns:
        Seconds by step, along the longest way through the steps that need its results.
    """
    after = dict.fromkeys((step.name for step in steps), 0.0)
    paths = {}
    for step in reversed(steps):
        paths[step.name] = step.typical_s + after[step.name]
        for name in step.inputs:
            after[name] = max(after[name], paths[step.name])
    return paths


def startable(steps: Sequence[Step], finished: Collection[str],
              running: Collection[str]) -> list[Step]:
    """List the steps that may start now, in the order in which they should.

    What most of the time hangs on comes first; of equals, the first of the chain.

    Args:
        steps: of the chain, each behind its inputs.
        finished: names of steps.
        running: names of steps.

    Returns:
        Steps whose inputs are all finished, the longest critical path first.
    """
    paths = critical_paths(steps)
    ready = [step for step in steps if step.name not in finished and step.name not in running
             and all(name in finished for name in step.inputs)]
    return sorted(ready, key=lambda step: -paths[step.name])


def available_cores() -> int:
    """Count the cores that this process may use.

    Returns:
        At least 1.
    """
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def work_beside(steps: Sequence[Step], step: Step, finished: Collection[str]) -> float:
    """Sum up what may run beside a step.

    Args:
        steps: of the chain, each behind its inputs.
        step: one that starts.
        finished: names of steps.

    Returns:
        Typical seconds of the unfinished steps that do not wait for it.
    """
    waiting = {step.name}
    for other in steps:
        if not waiting.isdisjoint(other.inputs):
            waiting.add(other.name)
    return sum(other.typical_s for other in steps
               if other.name not in waiting and other.name not in finished)


def threads_per_step(cores: int, jobs: int, typical_s: float, beside_s: float) -> int:
    """Share the cores among the steps that run at the same time on average.

    Args:
        cores (>= 1): of the machine.
        jobs (>= 1): steps that may run at a time.
        typical_s (> 0): of the step that starts.
        beside_s: see :func:`work_beside`.

    Returns:
        Threads for the one that starts: all cores if it is alone for most of its time, else its
        share, at least 1.
    """
    return max(1, cores // min(jobs, 1 + round(beside_s / typical_s)))


def time_left(steps: Sequence[Step], left: Mapping[str, float], running: Collection[str],
              jobs: int) -> float:
    """Play the rest of the schedule with known durations.

    A step is taken to last equally long alone and beside others.

    Args:
        steps: of the chain, each behind its inputs.
        left: seconds still needed by each step that is not finished.
        running: names of the steps that run, at most ``jobs``.
        jobs (>= 1): steps that may run at a time.

    Returns:
        Seconds until the last step ends.
    """
    finished = {step.name for step in steps if step.name not in left}
    ends = [(left[name], name) for name in running]
    heapq.heapify(ends)
    now = 0.0
    while True:
        ready = startable(steps, finished, [name for _, name in ends])
        for step in ready[:jobs - len(ends)]:
            heapq.heappush(ends, (now + left[step.name], step.name))
        if not ends:
            return now
        now, name = heapq.heappop(ends)
        finished.add(name)
