"""Runs a chain of steps; what is done stays done."""
from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from .progress import Progress, format_seconds, log_tail
from .stamps import (
    Stamp,
    clear_outdated,
    fingerprint,
    is_finished,
    read_stamp,
    write_stamp,
)
from .steps import Step


class StepFailedError(RuntimeError):
    """A step ended with an error; the message names it, shows its log and says how to go on."""


def _end(process: subprocess.Popen) -> None:
    """End a command and wait for it: two runs must not write into one folder."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class ChainRunner:
    """Runs steps as subprocesses, one after the other.

    Args:
        steps: in running order.
        root: of the repository; commands run there.
        log_dir: one log file per step.
        progress: where to report.
        poll_s: seconds between looks at a running step.
    """

    def __init__(self, steps: Sequence[Step], root: Path, log_dir: Path, progress: Progress,
                 poll_s: float = 1.0) -> None:
        self.steps, self.root, self.log_dir = list(steps), root, log_dir
        self.progress, self.poll_s = progress, poll_s
        self._by_name = {step.name: step for step in self.steps}

    def run(self) -> dict[str, float]:
        """Run what is not done yet.

        Returns:
            Seconds of every step, of earlier runs where it was done before.

        Raises:
            StepFailedError: if a step fails or does not leave what it should.
        """
        times = {}
        for index, step in enumerate(self.steps):
            digest = fingerprint(step, [self._by_name[name] for name in step.inputs], self.root)
            stamp = read_stamp(step, self.root)
            place = f'step {index + 1}/{len(self.steps)} {step.name}'
            if is_finished(step, stamp, digest, self.root):
                self.progress.say(f'{place}: done before ({format_seconds(stamp.run_time_s)})')
            else:
                self.progress.say(f'{place}: {step.title}')
                stamp = self._run_step(index, step, stamp, digest)
                self.progress.say(f'{place}: done in {format_seconds(stamp.run_time_s)}')
            self.progress.count(step, stamp.run_time_s)
            times[step.name] = stamp.run_time_s
        return times

    def _run_step(self, index: int, step: Step, old: Stamp | None, digest: str) -> Stamp:
        """Run one step to its end and stamp it."""
        resume = (step.resumable and old is not None and old.fingerprint == digest
                  and (self.root / step.folder / 'last_checkpoint').is_file())
        if not resume:
            clear_outdated(step, self.root)
        spent = old.run_time_s if resume else 0.0
        write_stamp(step, self.root, Stamp(digest, False, spent))
        words = [*step.command, *step.arguments_without_effect, *(['--resume'] if resume else [])]
        self.progress.say('  python ' + shlex.join(words))
        log = self.log_dir / f'{step.name.replace("/", "_")}.log'
        log.parent.mkdir(parents=True, exist_ok=True)
        begin = time.monotonic()
        try:
            code = self._wait(index, words, log, begin)
        finally:
            spent += time.monotonic() - begin
            write_stamp(step, self.root, Stamp(digest, False, spent))
        missing = [str(path) for path in step.outputs if not (self.root / path).exists()]
        if code != 0 or missing:
            reason = f'exit status {code}' if code else f'it did not write {", ".join(missing)}'
            raise StepFailedError(self._explain(step, words, log, reason))
        now = datetime.now(timezone.utc).isoformat(timespec='seconds')
        stamp = Stamp(digest, True, round(spent, 1), now)
        write_stamp(step, self.root, stamp)
        return stamp

    def _wait(self, index: int, words: list[str], log: Path, begin: float) -> int:
        """Run the command with its output in the log; an interruption ends it, too."""
        # Idle OpenMP threads must sleep: those that spin take the cores from the data loaders.
        environment = {'OMP_WAIT_POLICY': 'PASSIVE', **os.environ, 'PYTHONUNBUFFERED': '1'}
        with log.open('wb') as output, subprocess.Popen(
                [sys.executable, *words], cwd=self.root, env=environment,
                stdout=output, stderr=subprocess.STDOUT) as process:
            try:
                while True:
                    try:
                        return process.wait(self.poll_s)
                    except subprocess.TimeoutExpired:
                        self.progress.update(index, time.monotonic() - begin, log)
            except BaseException:
                _end(process)
                raise

    def _explain(self, step: Step, words: list[str], log: Path, reason: str) -> str:
        """Compose the one message a failed step gives."""
        tail = '\n'.join(f'    {line}' for line in log_tail(log))
        return (f'step {step.name} ({step.title}) failed: {reason}.\n'
                f'  command: python {shlex.join(words)}\n  last lines of {log}:\n{tail}\n'
                f'  Finished steps are kept: repair the cause and run the same command again '
                f'to continue here.')
