"""Corruptions times severities, and what each does to a test pipeline."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmcrossdistill.datasets.transforms.image_corruption import IMAGE_CORRUPTIONS, SEVERITIES
from mmcrossdistill.datasets.transforms.point_corruption import POINT_CORRUPTIONS
from mmcrossdistill.datasets.transforms.scan_corruption import LEVELS, SCAN_CORRUPTIONS
from mmcrossdistill.utils.config_check import ConfigError
from mmcrossdistill.utils.run_config import type_name

CLEAN = 'clean'
# Name on the command line -> transform and its corruption.
TRANSFORM_OF = {name: ('CorruptImage', name) for name in sorted(IMAGE_CORRUPTIONS)} | {
    f'points_{name}': ('CorruptPoints', name) for name in POINT_CORRUPTIONS} | {
    f'scan_{name}': ('CorruptScan', name) for name in SCAN_CORRUPTIONS}
_SEVERITIES_OF = {'CorruptImage': SEVERITIES, 'CorruptPoints': SEVERITIES,
                  'CorruptScan': tuple(range(1, len(LEVELS) + 1))}


@dataclass(frozen=True)
class GridCell:
    """One evaluation.

    Args:
        corruption: key of :data:`TRANSFORM_OF`, name of a corrupted set, or :data:`CLEAN`.
        severity: 1 to 5, of scans 1 to 3; 0 for the clean data.
    """

    corruption: str = CLEAN
    severity: int = 0

    @property
    def name(self) -> str:
        """E.g. ``'fog/3'``."""
        return f'{self.corruption}/{self.severity}' if self.severity else self.corruption


def corrupt_dataset(
    dataset: Mapping[str, Any], corruptions: Sequence[str] | None = None,
    severities: Sequence[int] | None = None, seed: int = 0,
) -> dict[GridCell, dict[str, Any]]:
    """Make the test data of every evaluation of a grid.

    Args:
        dataset: config of the clean data.
        corruptions: keys of :data:`TRANSFORM_OF`; :func:`suitable_corruptions`, if ``None``.
        severities: all that a corruption has, if ``None``.
        seed: of the corruptions.

    Returns:
        Configs, that of the clean data first, then corruption by corruption.

    Raises:
        ConfigError: as :func:`list_cells` and :func:`corrupt_pipeline` do.
    """
    pipeline = dataset['pipeline']
    if corruptions is None:
        corruptions = suitable_corruptions(pipeline)
    return {cell: dict(dataset, pipeline=corrupt_pipeline(pipeline, cell, seed))
            for cell in list_cells(corruptions, severities)}


def list_cells(corruptions: Sequence[str], severities: Sequence[int] | None = None,
               ) -> list[GridCell]:
    """List the evaluations of a grid.

    Args:
        corruptions: keys of :data:`TRANSFORM_OF`.
        severities: all that a corruption has, if ``None``.

    Returns:
        The clean data first, then corruption by corruption.

    Raises:
        ConfigError: if a corruption is unknown or has not one of the severities.
    """
    if unknown := sorted(set(corruptions) - TRANSFORM_OF.keys()):
        raise ConfigError(f'unknown corruptions {unknown}; choose from {sorted(TRANSFORM_OF)}')
    cells = [GridCell()]
    for corruption in corruptions:
        known = _SEVERITIES_OF[TRANSFORM_OF[corruption][0]]
        if unknown := sorted(set(severities or known) - set(known)):
            raise ConfigError(
                f'{corruption} has no severities {unknown}; choose from {list(known)}')
        cells += (GridCell(corruption, severity) for severity in severities or known)
    return cells


def suitable_corruptions(pipeline: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name what can be corrupted without touching what the results are compared with.

    Args:
        pipeline: transforms of the test data.

    Returns:
        The corruptions of images where images are read, else those of points.
    """
    return corruptions_of(
        'CorruptImage' if _places(pipeline, 'LoadImages') else 'CorruptPoints')


def corruptions_of(transform: str) -> list[str]:
    """Name what a transform can do.

    Args:
        transform: CorruptImage, CorruptPoints or CorruptScan.

    Returns:
        Keys of :data:`TRANSFORM_OF`.
    """
    return [name for name, (own, _) in TRANSFORM_OF.items() if own == transform]


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
    if _places(pipeline, *_SEVERITIES_OF):
        raise ConfigError('the test pipeline is corrupted already; take the clean config')
    loaders = ('LoadImages',) if transform == 'CorruptImage' else ('LoadPoints', 'LoadPointLabels')
    places = _places(pipeline, *loaders)
    if not places:
        raise ConfigError(f'{cell.corruption} needs {loaders[0]} in the test pipeline')
    if transform != 'CorruptImage' and _places(pipeline, 'CorrespondencePipeline'):
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
