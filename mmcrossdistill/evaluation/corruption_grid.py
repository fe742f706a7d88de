"""Corruptions times severities, and what each does to a test pipeline."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmcrossdistill.datasets.transforms.image_corruption import IMAGE_CORRUPTIONS, SEVERITIES
from mmcrossdistill.datasets.transforms.point_corruption import POINT_CORRUPTIONS
from mmcrossdistill.utils.config_check import ConfigError
from mmcrossdistill.utils.run_config import type_name

CLEAN = 'clean'
_POINTS = 'points_'
# Name on the command line -> transform and its corruption.
TRANSFORM_OF = {name: ('CorruptImage', name) for name in sorted(IMAGE_CORRUPTIONS)} | {
    f'{_POINTS}{name}': ('CorruptPoints', name) for name in POINT_CORRUPTIONS}


@dataclass(frozen=True)
class GridCell:
    """One evaluation.

    Args:
        corruption: key of :data:`TRANSFORM_OF`, or :data:`CLEAN`.
        severity: 1 to 5; 0 for the clean data.
    """

    corruption: str = CLEAN
    severity: int = 0

    @property
    def name(self) -> str:
        """E.g. ``'fog/3'``."""
        return f'{self.corruption}/{self.severity}' if self.severity else self.corruption


def list_cells(corruptions: Sequence[str], severities: Sequence[int] = SEVERITIES,
               ) -> list[GridCell]:
    """List the evaluations of a grid.

    Args:
        corruptions: keys of :data:`TRANSFORM_OF`.
        severities: 1 to 5.

    Returns:
        The clean data first, then corruption by corruption.

    Raises:
        ConfigError: if a name or a severity is unknown.
    """
    if unknown := sorted(set(corruptions) - TRANSFORM_OF.keys()):
        raise ConfigError(f'unknown corruptions {unknown}; choose from {sorted(TRANSFORM_OF)}')
    if unknown := sorted(set(severities) - set(SEVERITIES)):
        raise ConfigError(f'unknown severities {unknown}; choose from {list(SEVERITIES)}')
    return [GridCell(), *(GridCell(corruption, severity) for corruption in corruptions
                          for severity in severities)]


def suitable_corruptions(pipeline: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name what can be corrupted without touching what the results are compared with.

    Args:
        pipeline: transforms of the test data.

    Returns:
        The corruptions of images where images are read, else those of points.
    """
    wanted = 'CorruptImage' if _places(pipeline, 'LoadImages') else 'CorruptPoints'
    return [name for name, (transform, _) in TRANSFORM_OF.items() if transform == wanted]


def corrupt_pipeline(
    pipeline: Sequence[Mapping[str, Any]], cell: GridCell, seed: int,
) -> list[Mapping[str, Any]]:
    """Put a corruption where it belongs: behind the last transform that loads its data.

    Args:
        pipeline: transforms of the test data; unchanged.
        cell: of the grid.
        seed: of the corruption.

    Returns:
        The new pipeline; the old one for the clean cell.

    Raises:
        ConfigError: if the pipeline does not load the data, is corrupted already, or takes its
            targets from the points that would be corrupted.
    """
    if cell.corruption == CLEAN:
        return list(pipeline)
    transform, corruption = TRANSFORM_OF[cell.corruption]
    if _places(pipeline, 'CorruptImage', 'CorruptPoints'):
        raise ConfigError('the test pipeline is corrupted already; take the clean config')
    loaders = ('LoadImages',) if transform == 'CorruptImage' else ('LoadPoints', 'LoadPointLabels')
    places = _places(pipeline, *loaders)
    if not places:
        raise ConfigError(f'{cell.corruption} needs {loaders[0]} in the test pipeline')
    if transform == 'CorruptPoints' and _places(pipeline, 'CorrespondencePipeline'):
        raise ConfigError(
            f'{cell.corruption}: this test takes the targets of its pixels from the points, which '
            f'must stay clean; choose from {suitable_corruptions(pipeline)}')
    step = dict(type=transform, corruption=corruption, severity=cell.severity, seed=seed)
    return [*pipeline[:places[-1] + 1], step, *pipeline[places[-1] + 1:]]


def _places(pipeline: Sequence[Mapping[str, Any]], *names: str) -> list[int]:
    """Find transforms by name.

    Args:
        pipeline: transforms.
        names: types without scope.

    Returns:
        Positions, ascending.
    """
    return [place for place, step in enumerate(pipeline) if type_name(step['type']) in names]
