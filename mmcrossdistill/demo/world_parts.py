"""The demonstration's world in parts, so that a training starts when its scenes are there.

The reference encoder and stage 1 read two fifths of the scenes; the others are rendered beside
these trainings, which leave a core idle.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mmcrossdistill.chain.minidrive_steps import infos_of_part, world_steps
from mmcrossdistill.chain.step import Step

if TYPE_CHECKING:
    from .steps import DemoOptions

# Splits, and the share of the scenes of the small world.
PARTS: dict[str, tuple[tuple[str, ...], float]] = {
    'reference': (('reference', 'dev'), 0.15), 'clear': (('unlabelled:day-clear',), 0.26)}


def world_part_steps(options: DemoOptions) -> list[Step]:
    """List the steps that generate the world.

    Args:
        options: of the demonstration.

    Returns:
        ``world_<part>`` and ``infos_<part>`` for each part, then ``world`` and ``infos`` for all
        scenes. A training runs beside all parts but the first: these take half of the processes.
    """
    steps: list[Step] = []
    left, workers = 1.0, options.workers
    for part, (only, share) in PARTS.items():
        steps += world_steps(
            options.data, options.quick, options.seed, workers, only=only, part=part,
            inputs=[step.name for step in steps[-1:]], share=share)
        left -= share
        workers = options.workers if options.jobs == 1 else max(1, options.workers // 2)
    return [*steps, *world_steps(
        options.data, options.quick, options.seed, workers, inputs=[steps[-1].name], share=left)]


def read_infos_of(part: str, config: Mapping[str, Any]) -> Iterator[str]:
    """List the overrides by which a training reads the infos of a part.

    Args:
        part: key of ``PARTS``.
        config: of the training.

    Yields:
        ``key=value`` for each of its data sets.
    """
    for loader in ('train_dataloader', 'val_dataloader'):
        if loader in config:
            file = config[loader]['dataset']['ann_file']
            yield f'{loader}.dataset.ann_file={infos_of_part(part) / file}'
