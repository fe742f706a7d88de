"""Stamps: which steps are done, with which inputs."""
from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from mmengine.config import Config

from mmcrossdistill.utils.atomic_file import write_atomically

from .step import Step


@dataclass(frozen=True)
class Stamp:
    """What is kept of a finished or begun step.

    Args:
        fingerprint: of command, config and inputs.
        finished: whether the step ran to its end.
        run_time_s: seconds, interrupted attempts included.
        finished_at: ISO time, UTC; empty while it runs.
    """

    fingerprint: str
    finished: bool
    run_time_s: float
    finished_at: str = ''


def stamp_path(step: Step, root: Path) -> Path:
    """Name the stamp file of a step.

    Args:
        step: of the chain.
        root: of the repository.

    Returns:
        A path beside the step's results.
    """
    return root / step.folder / f'stamp_{step.name.rsplit("/", 1)[-1]}.json'


def read_stamp(step: Step, root: Path) -> Stamp | None:
    """Read a stamp.

    Args:
        step: of the chain.
        root: of the repository.

    Returns:
        The stamp, or ``None`` where none was written.
    """
    path = stamp_path(step, root)
    return Stamp(**json.loads(path.read_text())) if path.is_file() else None


def write_stamp(step: Step, root: Path, stamp: Stamp) -> None:
    """Write a stamp so that an interruption leaves the old one or the new one.

    Args:
        step: of the chain.
        root: of the repository.
        stamp: its new state.
    """
    content = json.dumps(asdict(stamp), indent=2) + '\n'
    write_atomically(stamp_path(step, root), content.encode())


def fingerprint(step: Step, inputs: list[Step], root: Path) -> str:
    """Hash everything that decides what a step produces, the code apart.

    Args:
        step: of the chain.
        inputs: the finished steps it reads; a repeated input changes the hash.
        root: of the repository.

    Returns:
        A hexadecimal digest.
    """
    config = None if step.config is None else Config.fromfile(
        step.config, import_custom_modules=False).to_dict()
    sources = [stamp_path(source, root).read_text() for source in inputs]
    content = json.dumps([step.command, config, sources], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def is_finished(step: Step, stamp: Stamp | None, digest: str, root: Path) -> bool:
    """Tell whether a step need not run.

    Args:
        step: of the chain.
        stamp: its stamp, or ``None``.
        digest: the fingerprint it would have now.
        root: of the repository.

    Returns:
        Whether the stamp fits and every output exists.
    """
    return (stamp is not None and stamp.finished and stamp.fingerprint == digest
            and all((root / path).exists() for path in step.outputs))


def finished_run_times(steps: Sequence[Step], root: Path) -> dict[str, float]:
    """Find the steps of a chain that are done and up to date, whether it still runs or not.

    Args:
        steps: of the chain, each behind its inputs.
        root: of the repository.

    Returns:
        Seconds by step.
    """
    by_name = {step.name: step for step in steps}
    times: dict[str, float] = {}
    for step in steps:
        stamp = read_stamp(step, root)
        if stamp is None or not all(name in times for name in step.inputs):
            continue
        digest = fingerprint(step, [by_name[name] for name in step.inputs], root)
        if is_finished(step, stamp, digest, root):
            times[step.name] = stamp.run_time_s
    return times


def clear_outdated(step: Step, root: Path) -> None:
    """Remove the results of a training that ran with another command, config or input.

    Its checkpoints must neither be resumed nor its logs be read. Only a folder that carries our
    stamp is removed; a world is left to its generator, which knows what it can reuse.

    Args:
        step: of the chain.
        root: of the repository.
    """
    if step.config is not None and stamp_path(step, root).is_file():
        shutil.rmtree(root / step.folder)
