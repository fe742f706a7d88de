"""Runs a chain of steps; what is done stays done."""
from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from .processes import end_all, launch
from .progress import Progress, Running, format_seconds, log_tail
from .schedule import (
    available_cores,
    check_order,
    startable,
    threads_per_step,
    work_beside,
)
from .stamps import (
    Stamp,
    clear_outdated,
    fingerprint,
    is_finished,
    read_stamp,
    write_stamp,
)
from .step import Step


class StepFailedError(RuntimeError):
    """A step ended with an error; the message names it, shows its log and says how to go on."""


@dataclass(frozen=True)
class _Attempt:
    """A step whose command runs; ``earlier_s`` were spent by the attempts that it continues."""

    step: Step
    digest: str
    words: list[str]
    log: Path
    process: subprocess.Popen
    begin: float
    earlier_s: float

    @property
    def spent_s(self) -> float:
        """Seconds until now."""
        return self.earlier_s + time.monotonic() - self.begin


class ChainRunner:
    """Runs steps as subprocesses, side by side where they do not need each other.

    Args:
        steps: each behind its inputs.
        root: of the repository; commands run there.
        log_dir: one log file per step.
        progress: where to report.
        jobs (>= 1): steps that may run at a time.
        poll_s: seconds between looks at the running steps.

    Raises:
        ValueError: if a step stands before one of its inputs.
    """

    def __init__(self, steps: Sequence[Step], root: Path, log_dir: Path, progress: Progress,
                 jobs: int, poll_s: float = 1.0) -> None:
        check_order(steps)
        self.steps, self.root, self.log_dir = list(steps), root, log_dir
        self.progress, self.jobs, self.poll_s = progress, jobs, poll_s
        self._by_name = {step.name: step for step in self.steps}
        self._index = {step.name: index for index, step in enumerate(self.steps)}
        self._times: dict[str, float] = {}
        self._running: list[_Attempt] = []

    def run(self) -> dict[str, float]:
        """Run what is not done yet.

        An interruption or a failure ends all running steps; they can be resumed.

        Returns:
            Seconds of every step, of earlier runs where it was done before.

        Raises:
            StepFailedError: if a step fails or does not leave what it should.
        """
        self._times.clear()
        self._running.clear()
        try:
            while len(self._times) < len(self.steps):
                self._fill_lanes()
                if self._running:
                    with suppress(subprocess.TimeoutExpired):
                        self._running[0].process.wait(self.poll_s)
                    self._collect()
                    self._report()
        except BaseException:
            self._end_running()
            raise
        return {step.name: self._times[step.name] for step in self.steps}

    def _fill_lanes(self) -> None:
        """Start what can start."""
        if len(self._running) == self.jobs:
            return
        to_run = self._settle()
        ready = startable(self.steps, self._times, self._running_names())
        for step in ready[:self.jobs - len(self._running)]:
            threads = threads_per_step(
                available_cores(), self.jobs, step.typical_s,
                work_beside(self.steps, step, self._times))
            self._start(step, *to_run[step.name], threads)

    def _running_names(self) -> list[str]:
        """Name the running steps."""
        return [attempt.step.name for attempt in self._running]

    def _settle(self) -> dict[str, tuple[Stamp | None, str]]:
        """Count what was done before; give stamp and fingerprint of what else could start.

        One pass is enough, since inputs stand before the steps that read them.
        """
        to_run = {}
        for step in self.steps:
            if (step.name in self._times or step.name in self._running_names()
                    or not all(name in self._times for name in step.inputs)):
                continue
            digest = fingerprint(step, [self._by_name[name] for name in step.inputs], self.root)
            stamp = read_stamp(step, self.root)
            if is_finished(step, stamp, digest, self.root):
                self._finish(step, stamp.run_time_s, 'done before ({})')
            else:
                to_run[step.name] = stamp, digest
        return to_run

    def _start(self, step: Step, old: Stamp | None, digest: str, threads: int) -> None:
        """Start a step."""
        self._say(step, step.title)
        resume = (step.resumable and old is not None and old.fingerprint == digest
                  and (self.root / step.folder / 'last_checkpoint').is_file())
        if not resume:
            clear_outdated(step, self.root)
        spent = old.run_time_s if resume else 0.0
        write_stamp(step, self.root, Stamp(digest, False, spent))
        words = [*step.command, *step.arguments_without_effect, *(['--resume'] if resume else [])]
        self.progress.say('  python ' + shlex.join(words))
        log = self.log_dir / f'{step.name.replace("/", "_")}.log'
        self._running.append(_Attempt(
            step, digest, words, log, launch(words, self.root, log, threads), time.monotonic(),
            spent))

    def _collect(self) -> None:
        """Take in the steps that ended: what succeeded counts, also beside a failure."""
        failures = []
        for attempt in [a for a in self._running if a.process.poll() is not None]:
            self._running.remove(attempt)
            step, code = attempt.step, attempt.process.returncode
            missing = [str(path) for path in step.outputs if not (self.root / path).exists()]
            if code != 0 or missing:
                write_stamp(step, self.root, Stamp(attempt.digest, False, attempt.spent_s))
                reason = f'exit status {code}' if code else f'it did not write {", ".join(missing)}'
                self._say(step, 'failed')
                failures.append(StepFailedError(self._explain(attempt, reason)))
            else:
                now = datetime.now(timezone.utc).isoformat(timespec='seconds')
                spent = round(attempt.spent_s, 1)
                write_stamp(step, self.root, Stamp(attempt.digest, True, spent, now))
                self._finish(step, spent, 'done in {}')
        if failures:
            raise failures[0]

    def _finish(self, step: Step, seconds: float, text: str) -> None:
        """Count a step that is done, now or before."""
        self._times[step.name] = seconds
        self._say(step, text.format(format_seconds(seconds)))
        self.progress.count(step, seconds)

    def _say(self, step: Step, text: str) -> None:
        """Print a line on a step."""
        index = self._index[step.name]
        self.progress.say(f'step {index + 1}/{len(self.steps)} {step.name}: {text}')

    def _report(self) -> None:
        """Show the running steps."""
        if self._running:
            self.progress.update([
                Running(self._index[attempt.step.name], attempt.spent_s, attempt.log)
                for attempt in self._running], self.jobs)

    def _end_running(self) -> None:
        """End what runs and keep the time it took."""
        try:
            end_all([attempt.process for attempt in self._running])
        finally:
            for attempt in self._running:
                write_stamp(attempt.step, self.root,
                            Stamp(attempt.digest, False, attempt.spent_s))

    def _explain(self, attempt: _Attempt, reason: str) -> str:
        """Compose the one message a failed step gives."""
        step, log = attempt.step, attempt.log
        tail = '\n'.join(f'    {line}' for line in log_tail(log))
        return (f'step {step.name} ({step.title}) failed: {reason}.\n'
                f'  command: python {shlex.join(attempt.words)}\n  last lines of {log}:\n{tail}\n'
                f'  Finished steps are kept: repair the cause and run the same command again '
                f'to continue here.')
