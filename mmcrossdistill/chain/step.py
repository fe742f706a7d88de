"""One command of a chain."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """One command of the chain.

    Args:
        name: unique; ``stage1``, or ``seed1/stage1`` for a repetition.
        title: what it does, for people.
        command: words after the Python interpreter, as a user would type them.
        folder: where its results and its stamp lie.
        outputs: files that exist when it is done.
        inputs: names of the steps whose results it reads.
        config: file whose content decides whether the step must be repeated, or ``None``.
        arguments_without_effect: added to the command, but no reason to repeat the step.
        resumable: whether ``--resume`` continues an interrupted run.
        typical_s: seconds on two CPU cores; decides which of several steps starts first, and is the
            first estimate of the time left.
    """

    name: str
    title: str
    command: tuple[str, ...]
    folder: Path
    outputs: tuple[Path, ...]
    inputs: tuple[str, ...] = ()
    config: Path | None = None
    arguments_without_effect: tuple[str, ...] = ()
    resumable: bool = False
    typical_s: float = 60.0
