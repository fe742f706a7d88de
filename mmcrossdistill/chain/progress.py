"""The line that says where the chain is, and how long it still takes."""
from __future__ import annotations

import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from .schedule import time_left
from .step import Step

# MMEngine's "Epoch(train)  [2][ 50/120]" and its progress bar's "12/40, 0.5 task/s"
_POSITION = re.compile(
    r'(?:Epoch|Iter)\(\w+\)\s+(?:\[[\s\d]+\])?\[\s*\d+/\s*\d+\]|\b\d+/\d+(?=, )')


def format_seconds(seconds: float) -> str:
    """Write a duration as m:ss or h:mm:ss.

    Args:
        seconds (>= 0): duration.

    Returns:
        The text.
    """
    minutes, rest = divmod(int(round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f'{hours}:{minutes:02d}:{rest:02d}' if hours else f'{minutes}:{rest:02d}'


def log_tail(path: Path, lines: int = 15, limit: int = 8192) -> list[str]:
    """Read the last lines of a log; a progress bar's carriage returns count as line ends.

    Args:
        path: of the log.
        lines: at most so many.
        limit: bytes read from the end.

    Returns:
        The lines, without empty ones; none if the file does not exist.
    """
    if not path.is_file():
        return []
    with path.open('rb') as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - limit))
        text = stream.read().decode(errors='replace')
    return [line.rstrip() for line in re.split(r'[\r\n]+', text) if line.strip()][-lines:]


def _find_position(log: Path) -> str:
    """Find in a log how far the step is; empty where it does not say."""
    found = [m.group() for line in log_tail(log) for m in [_POSITION.search(line)] if m]
    return re.sub(r'\s+', ' ', found[-1]) if found else ''


class Running(NamedTuple):
    """A running step, as the line shows it.

    Args:
        index: of the step in the chain.
        elapsed: seconds it has run, with the interrupted attempts that it continues.
        log: where its output goes; its position in the epoch is shown.
    """

    index: int
    elapsed: float
    log: Path


class Progress:
    """Prints one updated line on a terminal, one line a minute elsewhere.

    Args:
        steps: the whole chain.
        stream: where to print.
        interval_s: seconds between lines where the stream is no terminal.
    """

    def __init__(self, steps: Sequence[Step], stream: TextIO, interval_s: float = 60.0) -> None:
        self.steps, self.stream, self.interval_s = list(steps), stream, interval_s
        self.begin = time.monotonic()
        self.spent, self.expected = 0.0, 0.0
        self._finished: set[str] = set()
        self._last = self.begin

    def say(self, text: str) -> None:
        """Print a line that stays.

        Args:
            text: one line.
        """
        clear = '\r\033[K' if self.stream.isatty() else ''
        print(clear + text, file=self.stream, flush=True)

    def count(self, step: Step, seconds: float) -> None:
        """Learn from a finished step how fast this machine is.

        Args:
            step: that ran, now or before.
            seconds: it took; less than a fifth of the typical time says that it found its work
                done, as a world does that another chain generated.
        """
        self._finished.add(step.name)
        if seconds >= step.typical_s / 5:
            self.spent += seconds
            self.expected += step.typical_s

    def remaining(self, running: Sequence[Running], jobs: int) -> float:
        """Estimate the time left.

        The rest of the schedule is played with what the steps typically take, scaled by the pace
        of the finished ones. That a step is slower beside another than alone is in this pace only.

        Args:
            running: the running steps.
            jobs: steps that may run at a time.

        Returns:
            Seconds.
        """
        pace = self.spent / self.expected if self.expected else 1.0
        left = {step.name: step.typical_s * pace for step in self.steps
                if step.name not in self._finished}
        names = [self.steps[shown.index].name for shown in running]
        for name, shown in zip(names, running, strict=True):
            left[name] = max(left[name] - shown.elapsed, 0.0)
        return time_left(self.steps, left, names, jobs)

    def update(self, running: Sequence[Running], jobs: int) -> None:
        """Show the running steps; what a narrow terminal cannot show is cut off.

        Args:
            running: the running steps.
            jobs: steps that may run at a time.
        """
        now = time.monotonic()
        terminal = self.stream.isatty()
        if not terminal and now - self._last < self.interval_s:
            return
        self._last = now
        parts = [f'total {format_seconds(now - self.begin)}, '
                 f'about {format_seconds(self.remaining(running, jobs))} left']
        for shown in sorted(running):
            words = [f'step {shown.index + 1}/{len(self.steps)} {self.steps[shown.index].name}',
                     format_seconds(shown.elapsed), _find_position(shown.log)]
            parts.append('  '.join(word for word in words if word))
        line = ' | '.join(parts)
        if terminal:
            # a line that wraps cannot be updated
            line = '\r\033[K' + line[:shutil.get_terminal_size().columns - 1]
        print(line, end='' if terminal else '\n', file=self.stream, flush=True)
