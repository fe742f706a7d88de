"""The world in parts, so that a training starts when its scenes are there.

The reference encoder and stage 1 of CD read two fifths of the scenes; the others are rendered
beside these trainings, which leave a core idle. Chains that share a world make it by the same
steps, so that none of them finds the other's out of date.
"""
from __future__ import annotations

from pathlib import Path

from .minidrive_steps import world_steps
from .step import Step

# Splits, and the share of the scenes of the small world.
PARTS: dict[str, tuple[tuple[str, ...], float]] = {
    'reference': (('reference', 'dev'), 0.15), 'clear': (('unlabelled:day-clear',), 0.26)}


def world_part_steps(data: Path, quick: bool, seed: int, workers: int, jobs: int) -> list[Step]:
    """List the steps that generate the world without sweeps.

    Args:
        data: root of the world.
        quick: whether it is the tiny one.
        seed: of the world.
        workers (>= 1): processes that render it.
        jobs (>= 1): steps that run at a time.

    Returns:
        ``world_<part>`` and ``infos_<part>`` for each part, then ``world`` and ``infos`` for all
        scenes. A training runs beside all parts but the first: these take half of the processes.
    """
    steps: list[Step] = []
    left, processes = 1.0, workers
    for part, (only, share) in PARTS.items():
        steps += world_steps(data, quick, seed, processes, only=only, part=part,
                             inputs=[step.name for step in steps[-1:]], share=share)
        left -= share
        processes = workers if jobs == 1 else max(1, workers // 2)
    return [*steps, *world_steps(
        data, quick, seed, processes, inputs=[steps[-1].name], share=left)]
