"""The line that says where the demonstration is."""
from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from .steps import Step

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
            step: that ran.
            seconds: it took.
        """
        self.spent += seconds
        self.expected += step.typical_s

    def remaining(self, index: int, elapsed: float) -> float:
        """Estimate the time left.

        Args:
            index: of the running step.
            elapsed: seconds it has run.

        Returns:
            Seconds: what the steps typically take, scaled by this machine's pace so far.
        """
        pace = self.spent / self.expected if self.expected else 1.0
        current = max(self.steps[index].typical_s * pace - elapsed, 0.0)
        return current + pace * sum(step.typical_s for step in self.steps[index + 1:])

    def update(self, index: int, elapsed: float, log: Path) -> None:
        """Show the running step.

        Args:
            index: of the step.
            elapsed: seconds it has run.
            log: where its output goes; its position in the epoch is shown.
        """
        now = time.monotonic()
        terminal = self.stream.isatty()
        if not terminal and now - self._last < self.interval_s:
            return
        self._last = now
        found = [m.group() for line in log_tail(log) for m in [_POSITION.search(line)] if m]
        position = re.sub(r'\s+', ' ', found[-1]) + '  ' if found else ''
        line = (f'step {index + 1}/{len(self.steps)} {self.steps[index].name}  '
                f'{format_seconds(elapsed)}  {position}total {format_seconds(now - self.begin)}, '
                f'about {format_seconds(self.remaining(index, elapsed))} left')
        print(f'\r\033[K{line}' if terminal else line, end='' if terminal else '\n',
              file=self.stream, flush=True)
